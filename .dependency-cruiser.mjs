/**
 * Who may import whom. Every rule is planted against in import-rules.test.ts.
 * Paths are relative to the project's root. Tests may look anywhere but into app/.
 */
const TEST = String.raw`\.test\.tsx?$`;
/** What a module may know of Prisma without being able to call it. */
const TYPE_ONLY = ["type-only"];
/** Mails, written in React. */
const MAIL = String.raw`^lib/notifications/.+\.tsx$`;
/** The edge's own code: what middleware.ts can reach runs where Node's modules do not exist. */
const EDGE = String.raw`^(middleware\.ts|lib/http/(gate|context|error-response|refused-page|security-headers|session|text-response)\.ts|lib/limits/(headers|limiter|local-limiter|policies|refusal|shared-limiter|state|subject|take-script|token-bucket)\.ts|lib/keys/(secret|directory)\.ts)$`;
/** Node's modules, as the resolver names them. */
const NODE_MODULE = String.raw`^(node:)?(assert|async_hooks|buffer|child_process|cluster|crypto|dns|events|fs|http|http2|https|module|net|os|path|perf_hooks|process|stream|timers|tls|tty|url|util|v8|vm|worker_threads|zlib)(/|$)`;

/** @type {import("dependency-cruiser").IConfiguration} */
export default {
  forbidden: [
    {
      name: "nothing-imports-app",
      comment: "app/ holds what has a URL, and nothing else. What two routes share belongs in components/ or lib/.",
      severity: "error",
      from: { pathNot: [String.raw`^app/`] },
      to: { path: "^app/", dependencyTypesNot: TYPE_ONLY },
    },
    {
      name: "app-uses-doors-and-features",
      comment: "A page or route uses components, lib/http, features and lib/core. Of lib/platform only what the operations routes report.",
      severity: "error",
      from: { path: "^app/", pathNot: TEST },
      to: { path: String.raw`^(lib/platform|lib/.+/repo[.]ts|local|scripts|prisma|e2e|bench)`, pathNot: String.raw`^lib/platform/(env|readiness|metrics|report-error|report-edge-error|report-browser-error|model)\.ts$` },
    },
    {
      name: "app-reads-platform-narrowly",
      comment: "Readiness and metrics are for the routes that publish them, and nothing else.",
      severity: "error",
      from: { path: "^app/", pathNot: String.raw`^app/(api/(ready|metrics)/|\(marketing\)/status/)` },
      to: { path: String.raw`^lib/platform/(readiness|metrics)\.ts$` },
    },
    {
      name: "lib-knows-no-interface",
      comment: "lib/ never imports React or components; mails are written in React, and with nothing of the interface.",
      severity: "error",
      from: { path: "^lib/", pathNot: [TEST, String.raw`^lib/http/(page|action)\.ts$`, MAIL] },
      to: { path: [String.raw`^components/`, String.raw`(^|/)node_modules/(react|react-dom|lucide-react|radix-ui)/`] },
    },
    {
      name: "page-guard-uses-react-cache-only",
      comment: "The page guard may use React's request cache; it renders nothing.",
      severity: "error",
      from: { path: String.raw`^lib/http/(page|action)\.ts$` },
      to: { path: [String.raw`^components/`, String.raw`(^|/)node_modules/(react-dom|lucide-react|radix-ui)/`] },
    },
    {
      name: "mails-stand-alone",
      comment: "A mail is drawn with React Email: components of the pages need a stylesheet and a browser.",
      severity: "error",
      from: { path: MAIL },
      to: { path: [String.raw`^(app|components)/`, String.raw`(^|/)node_modules/(react-dom|lucide-react|radix-ui|next)/`] },
    },
    {
      name: "mails-load-late",
      comment: "React Email costs a process time and 20 MB, and only workers send mails: it is loaded when one is rendered, by import().",
      severity: "error",
      from: { path: "^(app|components|lib)/", pathNot: [TEST, MAIL] },
      to: { path: [MAIL, String.raw`(^|/)node_modules/@react-email/`], dynamic: false, dependencyTypesNot: TYPE_ONLY },
    },
    {
      name: "components-are-client-safe",
      comment: "A component sees schemas, plans, pure code, a form's state, and types.",
      severity: "error",
      from: { path: "^components/", pathNot: TEST },
      to: {
        path: String.raw`^(lib|local|scripts|prisma)/`,
        pathNot: [String.raw`^lib/[^/]+/schema\.ts$`, "^lib/core/", String.raw`^lib/billing/plans\.ts$`, String.raw`^lib/http/action-state\.ts$`],
        dependencyTypesNot: TYPE_ONLY,
      },
    },
    {
      name: "features-keep-their-rows",
      comment: "A feature's repo and present are its own: others call its service, or use its schema and policy.",
      severity: "error",
      from: { path: String.raw`^lib/([^/]+)/`, pathNot: TEST },
      to: { path: String.raw`^lib/.+/(repo|present)\.ts$`, pathNot: "^lib/$1/" },
    },
    {
      name: "pure-modules-do-no-io",
      comment: "policy, schema and core are rules and shapes: no platform, no service, no Node, no database.",
      severity: "error",
      from: { path: String.raw`^lib/(core/|[^/]+/(policy|schema)\.ts$)`, pathNot: TEST },
      to: { path: [String.raw`^lib/platform/`, String.raw`^lib/.+/(service|repo|present)\.ts$`, "^(local|scripts|prisma|components|app)/", NODE_MODULE, String.raw`(^|/)node_modules/(pg|pg-boss|@prisma|@upstash|nodemailer|ai|next)/`] },
    },
    {
      name: "prisma-only-in-repos",
      comment: "Whoever else could call the database would have to remember the tenant.",
      severity: "error",
      from: { pathNot: [TEST, String.raw`^lib/.+/repo\.ts$`, String.raw`^lib/platform/db\.ts$`, "^prisma/", "^scripts/", String.raw`^prisma\.config\.ts$`] },
      to: { path: [String.raw`^prisma/generated/`, String.raw`(^|/)node_modules/@prisma/`], dependencyTypesNot: TYPE_ONLY },
    },
    {
      name: "nothing-uses-local",
      comment: "The application talks to a URL; only what starts, tests or measures it knows the stand-ins.",
      severity: "error",
      from: { pathNot: ["^(local|scripts|bench|e2e)/", TEST, String.raw`^[^/]+\.config\.ts$`] },
      to: { path: "^local/" },
    },
    {
      name: "local-stands-alone",
      comment: "A stand-in is an outside service: it shares no code with the application that talks to it.",
      severity: "error",
      from: { path: "^local/", pathNot: TEST },
      to: { path: "^(app|components|lib|scripts|prisma)/" },
    },
    {
      name: "edge-has-no-node",
      comment: "The gate runs on the edge.",
      severity: "error",
      from: { path: EDGE },
      to: { path: NODE_MODULE },
    },
    {
      name: "edge-reaches-no-node",
      comment: "Nor may anything that the gate reaches, however far away, be Node's or the database's.",
      severity: "error",
      from: { path: EDGE },
      to: { path: String.raw`^(lib/platform/(db|log|mail|queue|metrics|report-error|model)\.ts|prisma/generated/)`, reachable: true },
    },
    {
      name: "api-is-web-standard",
      comment: "An API handler is (Request, params) → Response, so that any server can mount it.",
      severity: "error",
      from: { path: String.raw`^(app/api/v1/|lib/http/route\.ts$)` },
      to: { path: String.raw`(^|/)node_modules/next/` },
    },
    {
      name: "no-cycles",
      comment: "Two modules that need each other are one module, or hide a third.",
      severity: "error",
      from: { path: "^(lib|components|local|scripts)/" },
      to: { circular: true, viaOnly: { dependencyTypesNot: TYPE_ONLY } },
    },
    {
      name: "no-missing-module",
      comment: "An import that resolves to nothing escapes every rule above.",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: ["node_modules", "prisma/generated"] },
    exclude: { path: [String.raw`^\.next`, String.raw`^\.stint`] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "require", "node", "default", "types"], mainFields: ["module", "main", "types"] },
    reporterOptions: { text: { highlightFocused: true } },
  },
};
