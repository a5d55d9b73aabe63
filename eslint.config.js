// What the type checker does not see: forgotten promises, switches with a case missing, hooks in the wrong place, and
// the environment read anywhere but in lib/platform/env.ts. Layout is nobody's business here.
import reactHooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["**/node_modules/", "**/.next*/", "**/.stint*/", "prisma/generated/", "next-env.d.ts", "test-results/", "coverage/"] },
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  {
    files: ["**/*.{ts,tsx}"],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "inline-type-imports", disallowTypeAnnotations: false }],
      "@typescript-eslint/no-deprecated": "error",
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/no-floating-promises": "error",
      // A form's action and an event's handler may be async; what they return nobody waits for.
      "@typescript-eslint/no-misused-promises": ["error", { checksVoidReturn: { attributes: false } }],
      "@typescript-eslint/no-non-null-assertion": "error",
      "@typescript-eslint/no-unnecessary-boolean-literal-compare": "error",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
      "@typescript-eslint/only-throw-error": ["error", { allowThrowingUnknown: true }],
      // An abort signal's reason is unknown to the type checker, and passing it on is right.
      "@typescript-eslint/prefer-promise-reject-errors": "off",
      "@typescript-eslint/no-base-to-string": "off",
      // Handlers that answer a promise by contract often have nothing to wait for.
      "@typescript-eslint/require-await": "off",
      "@typescript-eslint/return-await": ["error", "error-handling-correctness-only"],
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      eqeqeq: "error",
      "max-lines": ["error", { max: 400 }],
      "no-console": "off",
      "no-empty": ["error", { allowEmptyCatch: false }],
      "no-restricted-syntax": ["error", { selector: "ExportAllDeclaration[exported=null]", message: "Name what is exported: a barrel hides who uses what." }],
    },
  },
  { files: ["**/*.tsx", "components/**/*.ts"], plugins: { "react-hooks": reactHooks }, rules: reactHooks.configs.flat.recommended.rules },
  {
    // One file reads the environment of the application. What starts, tests, measures or configures it is outside of it.
    files: ["app/**", "components/**", "lib/**", "middleware.ts"],
    ignores: ["lib/platform/env.ts", "**/*.test.{ts,tsx}"],
    rules: {
      "no-restricted-properties": ["error", { object: "process", property: "env", message: "Read it through lib/platform/env.ts." }],
      "no-restricted-imports": ["error", { paths: [{ name: "node:process", message: "Read the environment through lib/platform/env.ts." }, { name: "process", message: "Read the environment through lib/platform/env.ts." }] }],
      "no-console": "error",
    },
  },
  {
    // A test reads answers as they come; an assertion is what checks their shape.
    files: ["**/*.{test,spec}.ts"],
    rules: { "@typescript-eslint/no-unsafe-assignment": "off", "@typescript-eslint/no-unsafe-member-access": "off" },
  },
);
