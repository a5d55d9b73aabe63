/**
 * `npm start`: everything on this machine, from nothing to a sign-in page. `npm start -- --credentials` prints who may sign in.
 * The version is looked at before anything is loaded that an old Node could not read.
 */
const OLDEST_NODE = 22;

if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE) {
  console.error(`Stint needs Node ${OLDEST_NODE} or newer, this is ${process.versions.node}: start it with "npm start" after "npm ci", which brings its own.`);
  process.exit(1);
}
const { main } = await import("./start/main");
await main(process.argv.slice(2));

export {};
