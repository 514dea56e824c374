// Parses every file of deploy/terraform as HashiCorp's own parser does, and compares policies and conditions with docs/gitlab/iam.
//   node terraform.mjs deploy/terraform docs/gitlab/iam
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "@cdktf/hcl2json";

const [folder, iam] = process.argv.slice(2);
const files = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith(".tf"));
const modules = {};
for (const name of files) modules[name] = await parse(name, readFileSync(join(folder, name), "utf8"));
console.log("parsed:", files.sort().join(" "));

const actionsOf = (name) =>
  JSON.parse(readFileSync(join(iam, name), "utf8"))
    .Statement.flatMap((statement) => statement.Action)
    .sort();
const [locals] = modules["ecr-access/main.tf"].locals;
const [{ statement }] = modules["ecr-access/main.tf"].data.aws_iam_policy_document.this;
assert.deepEqual(statement[0], { actions: ["ecr:GetAuthorizationToken"], resources: ["*"] });
assert.deepEqual([...statement[0].actions, ...locals.pull_actions].sort(), actionsOf("pull-policy.json"));
assert.deepEqual([...statement[0].actions, ...locals.pull_actions, ...locals.push_actions].sort(), actionsOf("push-policy.json"));

const trusted = JSON.parse(readFileSync(join(iam, "trust-policy.json"), "utf8")).Statement[0];
const oidc = modules["gitlab-oidc-role/main.tf"];
const trust = oidc.data.aws_iam_policy_document.trust[0].statement[0];
assert.deepEqual(trust.actions, [trusted.Action]);
assert.deepEqual(Object.keys(trusted.Condition), trust.condition.map((one) => one.test));
const [audience, subject] = trust.condition;
assert.deepEqual([audience.variable, audience.values], ["${var.gitlab_host}:aud", ["https://${var.gitlab_host}"]]);
assert.deepEqual([subject.variable, subject.values], ["${var.gitlab_host}:sub", "${var.subjects}"]);

// A module is called with its own variables, and with all that have no default.
for (const caller of Object.keys(modules)) {
  for (const [name, [call]] of Object.entries(modules[caller].module ?? {})) {
    const callee = join(caller, "..", call.source, "main.tf");
    const { source, ...given } = call;
    const variables = modules[callee].variable;
    for (const argument of Object.keys(given)) assert.ok(variables[argument], `${caller}: ${name}: no variable ${argument}`);
    for (const [variable, [{ default: value }]] of Object.entries(variables))
      assert.ok(value !== undefined || variable in given, `${caller}: ${name}: ${variable} is missing`);
  }
}
