/** One `npm start`, from the lock to the last child's end. */
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fingerprintSources, isBuilt } from "./build";
import { describeCredentials, hasCredentials, storeCredentials, type Credentials } from "./credentials";
import { applicationEnvironment, readAddress, type Address } from "./environment";
import { openHome, PROJECT_FOLDER, requireOwnFiles, requireWritableProject, resolveHome } from "./home";
import { findLauncher, isPresent, watchLauncher } from "./launcher";
import { lockHome, type Holder } from "./lock";
import { surfaceWarnings } from "./log-lines";
import { requireFreePort } from "./ports";
import { ProcessList } from "./process-list";
import { launchProgram } from "./program";
import { step, warn } from "./progress";
import { waitUntilReady } from "./ready";
import { RotatingLog } from "./rotating-log";
import { loadSecrets, type Secrets } from "./secrets";
import { Service, type Running } from "./service";
import { startStandIns } from "./stand-ins";
import { build, generateClient, migrate, seed, setUpPlans, type TaskContext } from "./tasks";

/** A terminal's Ctrl-C arrives twice, once from the terminal and once passed on by npm. */
const ECHO_MS = 1_000;

const HANGUP = 1;

export class Session {
  readonly #home: string;
  readonly #address: Address;
  readonly #launcher = findLauncher(process.env);
  #processes: ProcessList | null = null;
  #lock: { release(): void } | null = null;
  #services: Service[] = [];
  #tasks = new Set<Running>();
  #state: Holder["state"] = "starting";
  #ending: Promise<void> | null = null;

  constructor(private readonly env: NodeJS.ProcessEnv) {
    this.#home = resolveHome(env.STINT_HOME);
    this.#address = readAddress(env);
  }

  get stopping(): boolean {
    return this.#ending !== null;
  }

  /** Starts everything and returns when it serves. Rejects with Problem when it cannot. */
  async run(): Promise<void> {
    const beganAt = performance.now();
    const distFolder = resolve(PROJECT_FOLDER, this.env.NEXT_DIST_DIR || ".next");
    this.#listenToSignals();
    openHome(this.#home);
    this.#lock = await lockHome(this.#home, () => this.#describe());
    requireOwnFiles(this.#home);
    if (!isBuilt(distFolder, fingerprintSources(this.env))) requireWritableProject(distFolder);
    const processes = new ProcessList(this.#home);
    const ended = await processes.endLeftovers();
    if (ended.length > 0) console.log(`· Ended what an interrupted start left running: ${ended.join(", ")}`);
    await requireFreePort(this.#address.port, this.#address.host);
    this.#processes = processes;
    const secrets = loadSecrets(this.#home);
    const context: TaskContext = { home: this.#home, processes, onStart: (running) => this.#follow(running) };

    const standIns = await startStandIns({
      home: this.#home,
      secrets,
      processes,
      settings: this.env,
      onService: (service) => this.#addService(service),
    });
    const env = applicationEnvironment({ given: this.env, address: this.#address, secrets, standIns: standIns.variables, home: this.#home });
    await generateClient(context);
    await this.#migrate(context, standIns.variables);
    await setUpPlans(context, env);
    const first = await this.#seedAndBuild({ context, distFolder, env, secrets, databaseId: standIns.databaseId });
    await this.#serve(processes, env);
    if (this.stopping) return;
    this.#state = "running";
    this.#greet(first, hasCredentials(this.#home, standIns.databaseId), standIns.mailPage, performance.now() - beganAt);
  }

  /** Ends every child in order, then this process. */
  end(code: number): Promise<void> {
    this.#ending ??= this.#endInOrder(code);
    return this.#ending;
  }

  async #migrate(context: TaskContext, variables: Record<string, string>): Promise<void> {
    const migrateUrl = this.env.DATABASE_MIGRATE_URL || variables.DATABASE_MIGRATE_URL;
    const databaseUrl = this.env.DATABASE_URL || variables.DATABASE_URL;
    if (databaseUrl && migrateUrl) await migrate(context, { ...variables, DATABASE_URL: databaseUrl, DATABASE_MIGRATE_URL: migrateUrl });
    else warn("DATABASE_URL is set and DATABASE_MIGRATE_URL is not: nothing was migrated. After an update, run npm run migrate with both.");
  }

  async #seedAndBuild(options: { context: TaskContext; distFolder: string; env: NodeJS.ProcessEnv; secrets: Secrets; databaseId: string }): Promise<Credentials | null> {
    const { context, distFolder, env, secrets, databaseId } = options;
    const seedOnce = async (): Promise<Credentials | null> => {
      if (hasCredentials(this.#home, databaseId)) return null;
      const credentials = await seed(context, { ...env, SEED_OWNER_PASSWORD: secrets.seed_owner_password, SEED_STAFF_PASSWORD: secrets.seed_staff_password });
      if (credentials) storeCredentials(this.#home, databaseId, credentials);
      return credentials;
    };
    const [credentials] = await Promise.all([seedOnce(), build(context, distFolder, env)]);
    return credentials;
  }

  async #serve(processes: ProcessList, env: NodeJS.ProcessEnv): Promise<void> {
    if (this.stopping) return;
    const { host, port, localUrl } = this.#address;
    const webLog = new RotatingLog(join(this.#home, "logs", "web.log"));
    const workerLog = new RotatingLog(join(this.#home, "logs", "worker.log"));
    let webExits = 0;
    const web = new Service("web", async () => {
      const running = launchProgram(
        {
          name: "web",
          args: ["--import", "tsx", "scripts/server.ts"],
          env: { ...env, PORT: String(port), HOST: host },
          log: webLog,
          patienceMs: 10_000,
          onLine: surfaceWarnings("web", webLog.file),
        },
        processes,
      );
      void running.exited.then(() => webExits++);
      return running;
    });
    const worker = new Service("worker", async () =>
      launchProgram({ name: "worker", args: ["--import", "tsx", "scripts/worker.ts"], env, log: workerLog, patienceMs: 12_000, onLine: surfaceWarnings("worker", workerLog.file) }, processes),
    );
    this.#addService(worker);
    this.#addService(web);
    await step(
      async () => {
        await Promise.all([web.start(), worker.start()]);
        await waitUntilReady(localUrl, () => {
          if (this.stopping) return "stopped";
          return webExits >= 3 ? `The web process does not stay up; its last words (${webLog.file}):\n${webLog.tail(8)}` : null;
        });
      },
      () => "Application and worker ready",
    );
  }

  #greet(first: Credentials | null, isSeeded: boolean, mailPage: string | null, tookMs: number): void {
    const { publicUrl } = this.#address;
    const lines = [``, `Stint is running at ${publicUrl} (${(tookMs / 1000).toFixed(1)} s). Ctrl-C stops it.`, ``];
    if (first) lines.push(`Sign in at ${publicUrl}/sign-in`, ...describeCredentials(first), ``);
    else if (isSeeded) lines.push(`Who may sign in: npm start -- --credentials`);
    if (mailPage) lines.push(`Mail that it sends is kept at ${mailPage}`);
    lines.push(``, `Try the API:`, `  curl ${publicUrl}/api/v1/me -H "Authorization: Bearer ${first?.api_key ?? "$STINT_API_KEY"}"`, ``);
    console.log(lines.join("\n"));
  }

  #describe(): Holder {
    // Whoever asks wants to start: the moment to see whether anybody still holds this one.
    if (this.#launcher && !isPresent(this.#launcher)) void this.end(0);
    return { pid: process.pid, url: this.#address.publicUrl, state: this.stopping ? "stopping" : this.#state };
  }

  #addService(service: Service): void {
    this.#services.push(service);
  }

  #follow(task: Running): void {
    this.#tasks.add(task);
    void task.exited.finally(() => this.#tasks.delete(task)).catch(() => undefined);
    if (this.stopping) task.kill();
  }

  #listenToSignals(): void {
    let firstAt = 0;
    const signals: NodeJS.Signals[] = isIgnored(HANGUP) ? ["SIGINT", "SIGTERM"] : ["SIGINT", "SIGTERM", "SIGHUP"];
    for (const signal of signals) {
      process.on(signal, () => {
        const now = performance.now();
        if (!this.stopping) {
          firstAt = now;
          console.log("\nStopping. A second Ctrl-C does not wait.");
          void this.end(0);
        } else if (now - firstAt > ECHO_MS) {
          this.#killAll();
          process.exit(1);
        }
      });
    }
    if (this.env.STINT_PARENT_PIPE === "1") process.stdin.on("end", () => void this.end(0)).resume();
    if (this.#launcher) watchLauncher(this.#launcher, () => void this.end(0));
  }

  #killAll(): void {
    for (const task of this.#tasks) task.kill();
    for (const service of this.#services) service.kill();
  }

  async #endInOrder(code: number): Promise<void> {
    for (const task of this.#tasks) task.kill();
    // The last to begin is the first to go, so the database outlives everything that writes to it.
    for (const service of this.#services.toReversed()) {
      try {
        await service.stop();
      } catch (error) {
        warn(`${service.name} could not be stopped: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    this.#processes?.close();
    this.#lock?.release();
    process.exit(code);
  }
}

/** True when whoever began us had the signal ignored, as nohup does: a handler of ours would undo that. */
function isIgnored(signalNumber: number): boolean {
  if (process.platform !== "linux") return false;
  const mask = /^SigIgn:\s*([0-9a-f]+)$/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1];
  return mask !== undefined && ((BigInt(`0x${mask}`) >> BigInt(signalNumber - 1)) & 1n) === 1n;
}
