/** The OpenAPI document of the API, out of what its routes say of themselves. */
import { AppError } from "@/lib/core/errors";
import { API_VERSION } from "@/lib/http/route";
import type { RouteDescription, RouteHandler } from "@/lib/http/route-description";
import { errorBodySchema, errorResponses, errorStatuses } from "@/lib/http/openapi/errors";
import { isList, isRequired, propertiesOf, SchemaBook, toJsonSchema, toPascal, type JsonSchema } from "@/lib/http/openapi/json-schema";

export type RouteModule = Partial<Record<string, RouteHandler>>;
type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
export type DescribedRoute = { method: Method; route: RouteDescription };

export type Parameter = { name: string; in: "path" | "query" | "header"; required: boolean; description?: string; schema: JsonSchema; example?: unknown };
type Content = Record<string, { schema: JsonSchema; example?: unknown }>;
type Answer = { $ref: string } | { description: string; headers?: Record<string, JsonSchema>; content?: Content };
export type Operation = {
  operationId: string; summary: string; description: string; tags: string[]; security: Record<string, string[]>[];
  parameters: (Parameter | { $ref: string })[]; requestBody?: { required: boolean; content: Content }; responses: Record<string, Answer>;
};
export type ApiDocument = {
  openapi: string; info: Record<string, unknown>; servers: { url: string }[]; tags: { name: string; description: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, JsonSchema>; responses: Record<string, Answer>; parameters: Record<string, Parameter>; headers: Record<string, JsonSchema>; securitySchemes: Record<string, JsonSchema> };
};

/** What the routes under a first step of their address are about. */
const TAGS: Record<string, { name: string; description: string }> = {
  me: { name: "Caller", description: "Who a key is, and what is left of its limits." },
  agents: { name: "Agents", description: "Named configurations: model, instructions, tools and limits. Every save is a version." },
  runs: { name: "Runs", description: "One execution of an agent on one input." },
  chat: { name: "OpenAI-compatible", description: "What OpenAI's clients call, with an agent as the model." },
  models: { name: "OpenAI-compatible", description: "What OpenAI's clients call, with an agent as the model." },
  schedules: { name: "Schedules", description: "Runs that start by the clock." },
  tools: { name: "Tools", description: "HTTP endpoints and MCP servers that agents may call." },
  model_keys: { name: "Model keys", description: "Keys of the workspace's own for OpenAI-compatible endpoints. Their models spend no model spend." },
  keys: { name: "API keys", description: "Secrets of programs, with scopes and limits." },
  usage: { name: "Usage", description: "What was used, summed. Free of charge." },
  audit: { name: "Audit log", description: "Who changed what." },
  export: { name: "Export", description: "Everything that is the workspace's." },
  webhook_endpoints: { name: "Webhooks", description: "Addresses that are told what happens." },
  webhook_deliveries: { name: "Webhooks", description: "Addresses that are told what happens." },
};
const META = { name: "About the API", description: "The API's own description." };

const EXAMPLE_ID = "01kaq3x8m2fz4v9tq0hw6n7c5d";
const PARAMETER_EXAMPLES: Record<string, string> = {
  agents: "summarise", models: "summarise", runs: `run_${EXAMPLE_ID}`, keys: `key_${EXAMPLE_ID}`, schedules: `sch_${EXAMPLE_ID}`, tools: `tol_${EXAMPLE_ID}`, model_keys: `mdk_${EXAMPLE_ID}`, webhook_endpoints: `whk_${EXAMPLE_ID}`, webhook_deliveries: `dlv_${EXAMPLE_ID}`,
};

/** Every method of these route files that is answered, with what it says of itself. */
export function describedRoutes(modules: RouteModule[]): DescribedRoute[] {
  const methods: Method[] = ["GET", "POST", "PUT", "PATCH", "DELETE"];
  return modules.flatMap((module) => methods.flatMap((method) => {
    const route = module[method]?.description;
    return route ? [{ method, route }] : [];
  }));
}

/** @param origin the public origin of the installation, without a slash at its end */
export function buildDocument(routes: DescribedRoute[], origin: string): ApiDocument {
  const book = new SchemaBook();
  const error = book.refer(toJsonSchema(errorBodySchema), ["Error"]);
  const answers = answerSchemas(routes, book);
  const paths: ApiDocument["paths"] = {};
  for (const one of routes) (paths[one.route.name.replace(/^\/v1/, "")] ??= {})[one.method.toLowerCase()] = toOperation(one, book, answers.get(one.route));
  const tags = new Map(routes.map(({ route }) => tagOf(route)).map((tag) => [tag.name, tag]));
  return {
    openapi: "3.1.1",
    info: {
      title: "Stint API", version: API_VERSION,
      description: "Runs AI agents, metered by the minute, never past the cap. Bodies and answers are JSON in snake_case; bodies are at most 8 MB. OpenAI's clients work with this server as their base URL.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: `${origin}/api/v1` }],
    tags: [...tags.values()],
    paths,
    components: {
      schemas: book.schemas,
      responses: Object.fromEntries(Object.entries(errorResponses(origin)).map(([status, { description, example, hasRetryAfter }]) => [`Error${status}`, {
        description, headers: { ...headerRefs("X-Request-Id"), ...(hasRetryAfter ? headerRefs("Retry-After") : {}) }, content: { "application/json": { schema: error, example } },
      }])),
      parameters: {
        IdempotencyKey: { name: "Idempotency-Key", in: "header", required: false, description: "The request happens once under this key: for 24 hours the same request gets the stored answer.", schema: { type: "string", minLength: 1, maxLength: 255 } },
        StintVersion: { name: "Stint-Version", in: "header", required: false, description: "Pins the version of the API.", schema: { type: "string", const: API_VERSION } },
      },
      headers: {
        "X-Request-Id": header("Finds the request in the logs.", "string"),
        "Stint-Version": header("The version of the API that was used.", "string"),
        RateLimit: header("Where the caller stands: `r` requests left, full again in `t` seconds (IETF draft, structured field).", "string"),
        "RateLimit-Policy": header("The limits that apply: `q` requests in `w` seconds.", "string"),
        "Retry-After": header("Seconds after which trying again makes sense.", "integer"),
        "Idempotent-Replayed": header("`true`: this is the stored answer to an earlier request under the same Idempotency-Key.", "string"),
      },
      securitySchemes: { apiKey: { type: "http", scheme: "bearer", bearerFormat: "stint_…", description: "A key of the workspace. The scopes that an operation needs stand beside it." } },
    },
  };
}

/** Single objects before lists, so that an object has its own name and what lists show of it is its summary. */
function answerSchemas(routes: DescribedRoute[], book: SchemaBook): Map<RouteDescription, JsonSchema> {
  const made = routes.filter(({ route }) => route.response.def.type !== "never").map(({ route }) => ({ route, schema: toJsonSchema(route.response) }));
  const ordered = [...made.filter(({ schema }) => !isList(schema)), ...made.filter(({ schema }) => isList(schema))];
  return new Map(ordered.map(({ route, schema }) => [route, book.referAnswer(schema, `${toPascal(route.operation)}Answer`)]));
}

function toOperation({ method, route }: DescribedRoute, book: SchemaBook, answer: JsonSchema | undefined): Operation {
  const { body, example, summary, permission, counted = true, isPublic = false } = route;
  const words = [
    isPublic ? "Needs no key." : permission ? `Needs the scope \`${permission}\`.` : "Any key may call it.",
    ...(isPublic || counted ? [] : ["Not counted as an API call."]),
  ];
  return {
    operationId: route.operation, summary, description: words.join(" "), tags: [tagOf(route).name],
    security: isPublic ? [] : [{ apiKey: permission ? [permission] : [] }],
    parameters: [
      ...ownParameters(route),
      ...(method === "POST" ? [{ $ref: "#/components/parameters/IdempotencyKey" }] : []),
      ...(isPublic ? [] : [{ $ref: "#/components/parameters/StintVersion" }]),
    ],
    ...(body ? { requestBody: { required: true, content: { "application/json": { schema: book.refer(toJsonSchema(body), [`${toPascal(route.operation)}Request`]), ...(example === undefined ? {} : { example }) } } } } : {}),
    responses: {
      ...successes(method, route, answer),
      ...Object.fromEntries(errorStatuses(method, route).map((status) => [String(status), { $ref: `#/components/responses/Error${status}` }])),
    },
  };
}

function successes(method: Method, route: RouteDescription, answer: JsonSchema | undefined): Record<string, Answer> {
  const { status = 200, alsoAnswers = {}, isPublic } = route;
  const contents = new Map<string, Content>();
  if (answer) contents.set(String(status), { "application/json": { schema: answer } });
  for (const [also, types] of Object.entries(alsoAnswers)) {
    const of = contents.get(also) ?? {};
    for (const type of types) of[type] = { schema: type === "application/json" ? {} : { type: "string" } };
    contents.set(also, of);
  }
  const headers = headerRefs("X-Request-Id", ...(isPublic ? [] : ["Stint-Version", "RateLimit", "RateLimit-Policy"]), ...(method === "POST" ? ["Idempotent-Replayed"] : []));
  return Object.fromEntries([...contents].map(([code, content]) => [code, {
    description: describeSuccess(Object.keys(content)), headers, ...(Object.keys(content).length > 0 ? { content } : {}),
  }]));
}

function describeSuccess(types: string[]): string {
  if (types.length === 0) return "There is nothing to say.";
  return types.includes("text/event-stream") ? "Done; where a stream was asked for, server-sent events." : "Done.";
}

function ownParameters(route: RouteDescription): Parameter[] {
  const path = route.params ? toJsonSchema(route.params) : {};
  const query = route.query ? toJsonSchema(route.query) : {};
  return [
    ...propertiesOf(path).map(([name, schema]): Parameter => ({ name, in: "path", required: true, schema, example: name === "id" ? PARAMETER_EXAMPLES[firstStep(route)] : "1" })),
    ...propertiesOf(query).map(([name, { description, ...schema }]): Parameter => ({ name, in: "query", required: isRequired(query, name), ...(typeof description === "string" ? { description } : {}), schema })),
    ...Object.entries(route.headers ?? {}).map(([name, description]): Parameter => ({ name, in: "header", required: false, description, schema: { type: "string" } })),
  ];
}

function firstStep(route: RouteDescription): string {
  return route.name.split("/")[2]?.replace(/\.\w+$/, "") ?? "";
}

function tagOf(route: RouteDescription): { name: string; description: string } {
  if (route.isPublic) return META;
  const tag = TAGS[firstStep(route)];
  if (!tag) throw new AppError("internal", `The document knows nothing of the routes under ${route.name}.`);
  return tag;
}

function headerRefs(...names: string[]): Record<string, JsonSchema> {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}

function header(description: string, type: string): JsonSchema {
  return { description, schema: { type } };
}
