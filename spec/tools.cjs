// Shows that tools of others take the spec as it is: express-openapi-validator checks requests and
// replies by it, and Prism mocks every documented status of every operation.
//
//   npm install --prefix target/spec-tools @stoplight/prism-cli@5 express-openapi-validator@5 express@4 js-yaml@4
//   NODE_PATH=target/spec-tools/node_modules node spec/tools.cjs

const { spawn } = require("node:child_process");
const { readFileSync } = require("node:fs");
const path = require("node:path");
const express = require("express");
const validator = require("express-openapi-validator");
const yaml = require("js-yaml");

const file = path.join(__dirname, "openapi.yaml");
const spec = yaml.load(readFileSync(file, "utf8"));
const id = "7f9c24e8-3b12-4fef-91d0-2b6d2c3f1a00";
const key = { authorization: "Bearer key" };
let checks = 0;

function expect(what, found, wanted) {
  checks += 1;
  if (found !== wanted) {
    throw new Error(`${what}: ${found} instead of ${wanted}`);
  }
}

async function withExpressOpenApiValidator() {
  const app = express();
  app.use(express.json());
  app.use(validator.middleware({ apiSpec: file, validateResponses: true }));
  app.get("/api/v1/tasks", (request, reply) => reply.json(request.query.q ? { rows: [] } : { data: [] }));
  app.post("/api/v1/agents/:id/run", (_, reply) => reply.json({ task_id: id, agent_id: id, status: "running" }));
  app.use((error, _request, reply, _next) => reply.status(error.status ?? 500).json({ error: error.message }));
  const server = app.listen(0);
  const root = `http://127.0.0.1:${server.address().port}`;
  const run = (body) => ({
    method: "POST",
    headers: { ...key, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  for (const [what, url, options, wanted] of [
    ["a list", "/api/v1/tasks", { headers: key }, 200],
    ["no key", "/api/v1/tasks", {}, 401],
    ["a limit out of range", "/api/v1/tasks?limit=500", { headers: key }, 400],
    ["a reply that the spec doesn't allow", "/api/v1/tasks?q=a", { headers: key }, 500],
    ["a run", `/api/v1/agents/${id}/run`, run({ query: "How many?" }), 200],
    ["a run without a query", `/api/v1/agents/${id}/run`, run({}), 400],
    ["a run with an empty query", `/api/v1/agents/${id}/run`, run({ query: "" }), 400],
  ]) {
    const reply = await fetch(root + url, options);
    expect(`express-openapi-validator, ${what}`, reply.status, wanted);
  }
  server.close();
}

async function withPrism() {
  const port = 20000 + (process.pid % 20000);
  const prism = spawn(
    process.execPath,
    [path.join(path.dirname(require.resolve("@stoplight/prism-cli/package.json")), "dist/index.js"), "mock", "-p", port, file],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  try {
    await new Promise((resolve, reject) => {
      let said = "";
      prism.stdout.on("data", (data) => {
        said += data;
        if (said.includes("is listening")) resolve();
      });
      prism.on("exit", () => reject(new Error(`Prism ended:\n${said}`)));
    });
    for (const [template, item] of Object.entries(spec.paths)) {
      for (const [method, operation] of Object.entries(item)) {
        if (!operation.operationId) continue;
        const isRun = operation.operationId === "run_agent";
        const isMessage = operation.operationId === "send_task_message";
        const body = isRun ? { query: "How many?" } : isMessage ? { message: "Two" } : {};
        for (const code of ["200", ...Object.keys(operation.responses)].filter((code) => /^\d+$/.test(code))) {
          const reply = await fetch(`http://127.0.0.1:${port}${template.replace(/\{\w+\}/g, id)}`, {
            method: method.toUpperCase(),
            headers: { ...key, prefer: `code=${code}`, ...(operation.requestBody && { "content-type": "application/json" }) },
            body: operation.requestBody && JSON.stringify(body),
          });
          expect(`Prism, ${operation.operationId}`, reply.status, Number(code));
        }
      }
    }
  } finally {
    prism.kill();
  }
}

withExpressOpenApiValidator()
  .then(withPrism)
  .then(() => console.log(`${checks} checks by express-openapi-validator and Prism passed`))
  .catch((error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
