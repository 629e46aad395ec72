// Buttons, selects and inputs. In a message or Home they act at once; in a modal they also keep what was entered.
//
// A context is { fire(element, block, value), entered?, gather?, errors? }: `fire` sends the click, `entered` holds
// the state so far, and `gather` collects, by block and action id, how to read each input when the modal is submitted.

import { h, icon } from "./dom.js";
import { confirmed, menu } from "./menus.js";
import { plainWords } from "./text.js";
import { channelName, world } from "./people.js";

export function element(given, block, context, field = {}) {
  const build = BUILD[given.type] ?? (given.type.startsWith("multi_") ? multi : undefined);
  if (!build) return h("span", { class: "b-unknown" }, given.type);
  return build(given, block, context, field);
}

async function fire(node, given, block, context, value) {
  if (given.confirm && !(await confirmed(given.confirm))) return false;
  node.setAttribute("aria-busy", "true");
  try {
    await context.fire(given, block, value);
    return true;
  } finally {
    node.removeAttribute("aria-busy");
  }
}

// Only what stands in actions or sections, and inputs that dispatch, tell the app at once.
const acts = (block) => block.type !== "input" || block.dispatch_action;
const entered = (given, block, context) => context.entered?.[block.block_id]?.[given.action_id];
const keep = (given, block, context, read) => context.gather?.(block.block_id, given.action_id, read);
const key = (given, block) => ({ key: `${block.block_id}/${given.action_id}` });
const optionsOf = (given) => [...(given.options ?? []), ...(given.option_groups ?? []).flatMap((group) => group.options)];

function button(given, block, context) {
  const props = { type: "button", class: `btn ${given.style ?? ""}`, "aria-label": given.accessibility_label, data: key(given, block) };
  const node = h("button", props, plainWords(given.text));
  node.addEventListener("click", async () => {
    const sent = await fire(node, given, block, context);
    if (sent && /^https?:/i.test(given.url ?? "")) window.open(given.url, "_blank", "noopener");
  });
  return node;
}

function overflow(given, block, context) {
  const node = h("button", { type: "button", class: "btn overflow-btn", "aria-label": "More choices", "aria-haspopup": "menu", data: key(given, block) }, icon("more"));
  node.addEventListener("click", () => menu(node, given.options.map((option) => ({
    label: plainWords(option.text), note: option.description?.text,
    run: () => fire(node, given, block, context, option.value),
  }))));
  return node;
}

// What a select of people, channels or conversations offers.
function offered(given) {
  const kind = given.type.replace("multi_", "");
  if (kind === "users_select") return [...world.users.values()].filter((user) => !user.deleted && !user.is_bot).map((user) => [user.id, user.real_name]);
  if (kind === "channels_select") return [...world.channels.values()].filter((room) => room.kind === "channel" && !room.is_archived).map((room) => [room.id, `#${room.name}`]);
  if (kind === "conversations_select") return [...world.channels.values()].filter((room) => !room.is_archived).map((room) => [room.id, room.kind === "im" ? channelName(room) : `#${room.name}`]);
  return optionsOf(given).map((option) => [option.value, plainWords(option.text)]);
}

const chosen = (entry) => entry?.selected_option?.value ?? entry?.selected_user ?? entry?.selected_channel ?? entry?.selected_conversation ?? "";
const allChosen = (entry) => entry?.selected_options?.map((option) => option.value) ?? entry?.selected_users ?? entry?.selected_channels ?? entry?.selected_conversations ?? [];

function select(given, block, context, field) {
  const start = entered(given, block, context);
  const now = start ? chosen(start) : given.initial_option?.value ?? given.initial_user ?? given.initial_channel ?? given.initial_conversation ?? "";
  const prompt = given.placeholder ? plainWords(given.placeholder) : "Choose";
  const node = h("select", { class: `field${block.type === "input" ? "" : " pick"}`, id: field.id, "aria-label": field.id ? undefined : prompt, "aria-describedby": field.describedBy, data: key(given, block) },
    h("option", { value: "" }, prompt),
    given.option_groups
      ? given.option_groups.map((group) => h("optgroup", { label: plainWords(group.label) }, group.options.map((option) => h("option", { value: option.value }, plainWords(option.text)))))
      : offered(given).map(([value, label]) => h("option", { value }, label)));
  node.value = now;
  keep(given, block, context, () => node.value || null);
  node.addEventListener("change", async () => {
    if (acts(block) && node.value && !(await fire(node, given, block, context, node.value))) node.value = now;
  });
  return node;
}

// External selects ask the app while one types.
function external(given, block, context, field) {
  const listId = `list-${block.block_id}-${given.action_id}`;
  const list = h("datalist", { id: listId });
  let found = given.initial_option ? [given.initial_option] : [];
  const start = entered(given, block, context)?.selected_option ?? given.initial_option;
  const node = h("input", { class: "field", id: field.id, list: listId, value: start?.text.text ?? "", placeholder: given.placeholder?.text, autocomplete: "off", "aria-label": field.id ? undefined : given.placeholder?.text ?? "Search" });
  const picked = () => found.find((option) => option.text.text === node.value) ?? (start?.text.text === node.value ? start : null);
  keep(given, block, context, picked);
  node.addEventListener("input", async () => {
    if (picked()) return void (acts(block) && fire(node, given, block, context, picked()));
    if (node.value.length < (given.min_query_length ?? 3)) return;
    found = await context.suggest(given, block, node.value);
    list.replaceChildren(...found.map((option) => h("option", { value: option.text.text })));
  });
  return h("div", {}, node, list);
}

function multi(given, block, context, field) {
  const start = entered(given, block, context);
  const first = given.initial_options?.map((option) => option.value) ?? given.initial_users ?? given.initial_channels ?? given.initial_conversations ?? [];
  const picked = new Set(start ? allChosen(start) : first);
  const names = new Map(offered(given));
  const chips = h("span", { class: "chips" });
  const more = h("select", { id: field.id, "aria-label": field.label ?? given.placeholder?.text ?? "Choose", data: key(given, block) });
  const changed = () => { draw(); if (acts(block)) fire(more, given, block, context, [...picked]); };
  const draw = () => {
    chips.replaceChildren(...[...picked].map((value) => h("span", { class: "chip" }, names.get(value) ?? value,
      h("button", { type: "button", "aria-label": `Remove ${names.get(value) ?? value}`, on: { click: () => { picked.delete(value); changed(); } } }, "×"))));
    more.replaceChildren(h("option", { value: "" }, given.placeholder?.text ?? "Add"), ...[...names].filter(([value]) => !picked.has(value)).map(([value, label]) => h("option", { value }, label)));
  };
  more.addEventListener("change", () => { if (more.value) { picked.add(more.value); changed(); more.focus(); } });
  draw();
  keep(given, block, context, () => [...picked]);
  return h("div", { class: "multi" }, chips, more);
}

function choices(given, block, context, field) {
  const many = given.type === "checkboxes";
  const start = entered(given, block, context);
  const now = new Set(many
    ? start ? allChosen(start) : (given.initial_options ?? []).map((option) => option.value)
    : [start ? chosen(start) : given.initial_option?.value ?? ""]);
  const group = `${block.block_id}-${given.action_id}`;
  const boxes = given.options.map((option) => h("input", { type: many ? "checkbox" : "radio", name: group, value: option.value, checked: now.has(option.value), data: { key: `${block.block_id}/${given.action_id}/${option.value}` } }));
  const node = h("div", { class: "choices", role: many ? "group" : "radiogroup", "aria-labelledby": field.id && `${field.id}-label`, "aria-describedby": field.describedBy },
    given.options.map((option, index) => h("label", {}, boxes[index], h("span", {}, plainWords(option.text), option.description && h("small", {}, plainWords(option.description))))));
  const read = () => { const on = boxes.filter((box) => box.checked).map((box) => box.value); return many ? on : on[0] ?? null; };
  keep(given, block, context, read);
  node.addEventListener("change", () => { if (acts(block)) fire(node, given, block, context, read()); });
  return node;
}

const TYPES = { datepicker: "date", timepicker: "time", datetimepicker: "datetime-local", number_input: "number", email_text_input: "email", url_text_input: "url" };

function typed(given, block, context, field) {
  const start = entered(given, block, context);
  const seconds = start?.selected_date_time ?? given.initial_date_time;
  const local = seconds ? new Date(seconds * 1000 - new Date(seconds * 1000).getTimezoneOffset() * 60_000).toISOString().slice(0, 16) : "";
  const value = start ? start.value ?? start.selected_date ?? start.selected_time ?? local : given.initial_value ?? given.initial_date ?? given.initial_time ?? local;
  const multiline = given.multiline || given.type === "rich_text_input";
  const props = { class: "field", id: field.id, placeholder: given.placeholder?.text, "aria-label": field.id ? undefined : given.placeholder?.text ?? given.type, "aria-describedby": field.describedBy, maxlength: given.max_length, autofocus: given.focus_on_load, data: key(given, block) };
  const node = multiline ? h("textarea", { rows: "4", ...props }) : h("input", { type: TYPES[given.type] ?? "text", step: given.is_decimal_allowed ? "any" : undefined, ...props });
  node.value = value ?? "";
  const read = () => (given.type === "datetimepicker" ? (node.value ? Math.floor(new Date(node.value).getTime() / 1000) : null) : node.value || null);
  keep(given, block, context, read);
  node.addEventListener("change", () => { if (acts(block) && node.value) fire(node, given, block, context, read()); });
  return node;
}

const BUILD = {
  button, overflow, static_select: select, users_select: select, channels_select: select, conversations_select: select,
  external_select: external, radio_buttons: choices, checkboxes: choices, plain_text_input: typed, rich_text_input: typed,
  datepicker: typed, timepicker: typed, datetimepicker: typed, number_input: typed, email_text_input: typed, url_text_input: typed,
  workflow_button: button,
};
