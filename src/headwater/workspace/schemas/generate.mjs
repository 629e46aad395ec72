// Writes slack.json: what Slack's published types say about method arguments, blocks, elements and views.
//
//   mkdir /tmp/slack-types && cd /tmp/slack-types
//   npm init -y && npm install @slack/web-api @slack/types typescript@5
//   node <this file> /tmp/slack-types > slack.json
//
// The output is JSON Schema (the subset that ../schema.py checks). Three rulings make it stricter than the types:
// objects refuse properties they do not name; the bare `Block` (any type, any field) is left out of unions; and
// the alternatives of a method's arguments are merged into one list of names plus the smallest required sets.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";

const root = resolve(process.argv[2] ?? ".");
const ts = createRequire(join(root, "package.json"))("typescript");

const METHODS = `
api.test apps.connections.open auth.test bots.info team.info
bookmarks.add bookmarks.edit bookmarks.list bookmarks.remove
chat.delete chat.getPermalink chat.postEphemeral chat.postMessage chat.update
conversations.archive conversations.create conversations.history conversations.info conversations.invite
conversations.join conversations.kick conversations.leave conversations.list conversations.members
conversations.open conversations.rename conversations.replies conversations.setPurpose conversations.setTopic
conversations.unarchive
files.completeUploadExternal files.getUploadURLExternal files.info
pins.add pins.list pins.remove
reactions.add reactions.get reactions.remove
usergroups.list usergroups.users.list usergroups.users.update
users.conversations users.info users.list users.lookupByEmail
views.open views.publish views.push views.update
`.trim().split(/\s+/);
const SHAPES = ["KnownBlock", "View", "MessageAttachment"];

const entry = join(root, "entry.ts");
const options = { strict: true, noEmit: true, skipLibCheck: true, target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.Node16, moduleResolution: ts.ModuleResolutionKind.Node16, types: [] };
const source = `import type { WebClient } from "@slack/web-api";
import type { ${SHAPES.join(", ")} } from "@slack/types";
export declare const client: WebClient;
${SHAPES.map((name) => `export declare const a${name}: ${name};`).join("\n")}`;
const host = ts.createCompilerHost(options);
const readSource = host.getSourceFile.bind(host);
host.getSourceFile = (name, ...rest) =>
  name === entry ? ts.createSourceFile(name, source, ts.ScriptTarget.ES2022) : readSource(name, ...rest);
const fileExists = host.fileExists.bind(host);
host.fileExists = (name) => name === entry || fileExists(name);
const program = ts.createProgram([entry], options, host);
const checker = program.getTypeChecker();
const file = program.getSourceFile(entry);
const exported = new Map(
  checker.getExportsOfModule(checker.getSymbolAtLocation(file)).map((symbol) => [symbol.name, checker.getTypeOfSymbolAtLocation(symbol, file)]),
);
const definitions = {};
const named = new Map();

const typeOf = (symbol) => checker.getTypeOfSymbolAtLocation(symbol, file);
const has = (type, flag) => (type.flags & flag) !== 0;
const literalOf = (type) => (has(type, ts.TypeFlags.BooleanLiteral) ? type.intrinsicName === "true" : type.value);
const isBareBlock = (type) => ["Block", "Action"].includes(type.symbol?.name);

function unionSchema(types) {
  const kept = types.filter((type) => !has(type, ts.TypeFlags.Undefined | ts.TypeFlags.Never) && !isBareBlock(type));
  const literals = kept.filter((type) => has(type, ts.TypeFlags.Literal));
  const others = kept.filter((type) => !has(type, ts.TypeFlags.Literal)).map(schemaOf);
  const values = [...new Set(literals.map(literalOf))];
  if (values.length === 2 && values.every((value) => typeof value === "boolean")) others.push({ type: "boolean" });
  else if (values.length) others.push({ enum: values });
  const distinct = [...new Map(others.map((schema) => [JSON.stringify(schema), schema])).values()];
  return distinct.length === 1 ? distinct[0] : { anyOf: distinct };
}

function objectSchema(type) {
  const properties = {}, required = [];
  for (const symbol of checker.getPropertiesOfType(type)) {
    const inner = typeOf(symbol);
    if (has(checker.getNonNullableType(inner), ts.TypeFlags.Never)) continue;
    properties[symbol.name] = schemaOf(inner);
    if (!(symbol.flags & ts.SymbolFlags.Optional)) required.push(symbol.name);
  }
  const index = checker.getIndexTypeOfType(type, ts.IndexKind.String);
  return { type: "object", properties, required, additionalProperties: index ? schemaOf(index) : false };
}

function nameFor(type) {
  const name = type.aliasSymbol?.name ?? type.symbol?.name;
  if (!name || name.startsWith("__") || ["Record", "Partial"].includes(name)) return undefined;
  return name;
}

function reference(type) {
  if (named.has(type)) return { $ref: `#/definitions/${named.get(type)}` };
  const name = nameFor(type);
  if (!name || name in definitions) return objectSchema(type);
  named.set(type, name);
  definitions[name] = {};
  definitions[name] = objectSchema(type);
  return { $ref: `#/definitions/${name}` };
}

function schemaOf(type) {
  if (has(type, ts.TypeFlags.Any | ts.TypeFlags.Unknown)) return {};
  if (has(type, ts.TypeFlags.EnumLiteral) && !type.isUnion()) return { enum: [type.value] };
  if (has(type, ts.TypeFlags.Literal)) return { enum: [literalOf(type)] };
  if (has(type, ts.TypeFlags.String | ts.TypeFlags.TemplateLiteral)) return { type: "string" };
  if (has(type, ts.TypeFlags.Number)) return { type: "number" };
  if (has(type, ts.TypeFlags.Boolean)) return { type: "boolean" };
  if (type.isUnion()) return unionSchema(type.types);
  if (checker.isTupleType(type)) {
    const [first] = checker.getTypeArguments(type);
    return { type: "array", items: schemaOf(first), minItems: type.target.minLength };
  }
  if (checker.isArrayType(type)) return { type: "array", items: schemaOf(checker.getTypeArguments(type)[0]) };
  return reference(type);
}

function smallestSets(sets) {
  const distinct = [...new Set(sets.map((names) => JSON.stringify([...names].sort())))].map((text) => JSON.parse(text));
  return distinct.filter((one) => !distinct.some((two) => two !== one && two.every((name) => one.includes(name))));
}

function argumentsOf(method) {
  let type = exported.get("client");
  for (const part of method.split(".")) type = typeOf(checker.getPropertyOfType(type, part));
  const [signature] = checker.getSignaturesOfType(type, ts.SignatureKind.Call);
  const given = checker.getNonNullableType(typeOf(signature.getParameters()[0]));
  const variants = (given.isUnion() ? given.types : [given]).map(objectSchema);
  const seen = {};
  for (const variant of variants)
    for (const [name, schema] of Object.entries(variant.properties))
      (seen[name] ??= new Map()).set(JSON.stringify(schema), schema);
  const properties = {};
  for (const name of Object.keys(seen).sort()) {
    const schemas = [...seen[name].values()];
    const booleans = schemas.every((schema) => schema.type === "boolean" || schema.enum?.every((v) => typeof v === "boolean"));
    properties[name] = schemas.length === 1 ? schemas[0] : booleans ? { type: "boolean" } : { anyOf: schemas };
  }
  const required = smallestSets(variants.map((variant) => variant.required));
  return { type: "object", properties, anyOf: required.map((names) => ({ required: names })), additionalProperties: false };
}

const version = (name) => JSON.parse(readFileSync(join(root, "node_modules", name, "package.json"), "utf8")).version;
const methods = Object.fromEntries(METHODS.map((method) => [method, argumentsOf(method)]));
const shapes = Object.fromEntries(SHAPES.map((name) => [name, schemaOf(exported.get(`a${name}`))]));
const sorted = Object.fromEntries(Object.keys(definitions).sort().map((name) => [name, definitions[name]]));
const from = Object.fromEntries(["@slack/web-api", "@slack/types"].map((name) => [name, version(name)]));
process.stdout.write(JSON.stringify({ from, methods, shapes, definitions: sorted }) + "\n");
