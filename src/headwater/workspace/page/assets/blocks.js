// Block Kit to nodes. `context` knows what a click means here: see elements.js.

import { h, link } from "./dom.js";
import { element } from "./elements.js";
import { emoji } from "./emoji.js";
import { dateText } from "./dates.js";
import { channelMention, groupMention, inline, markdown, mention, mrkdwn, plainWords, textObject } from "./text.js";

export function blocks(list, context) {
  return h("div", { class: "blocks" }, list.map((block) => RENDER[block.type]?.(block, context) ?? unknown(block)));
}

const unknown = (block) => h("div", { class: "b-unknown" }, `A ${block.type} block, which this page does not draw`);

const RENDER = {
  header: (block) => h("div", { class: "b-header", role: "heading", "aria-level": "3" }, plainWords(block.text)),
  divider: () => h("hr", { class: "b-divider" }),
  markdown: (block) => markdown(block.text),
  rich_text: (block) => h("div", { class: "b-rich" }, block.elements.map(richPart)),
  image: (block) => h("figure", { class: "b-image" }, block.title && h("figcaption", {}, plainWords(block.title)), picture(block)),
  context: (block) => h("div", { class: "b-context" }, block.elements.map((item) => (item.type === "image" ? picture(item) : textObject(item)))),
  actions: (block, context) => h("div", { class: "b-actions" }, block.elements.map((item) => element(item, block, context))),
  section: (block, context) =>
    h("div", { class: "b-section" },
      h("div", { class: "main" },
        block.text && textObject(block.text),
        block.fields && h("div", { class: "fields" }, block.fields.map(textObject))),
      block.accessory && h("div", { class: "accessory" }, block.accessory.type === "image" ? picture(block.accessory) : element(block.accessory, block, context))),
  input: (block, context) => inputBlock(block, context),
  table: (block) => table(block),
};

const picture = (image) => h("img", { src: image.image_url ?? image.slack_file?.url ?? "", alt: image.alt_text ?? "", loading: "lazy" });

function inputBlock(block, context) {
  const id = `in-${block.block_id}`;
  const error = context.errors?.[block.block_id];
  const control = element(block.element, block, context, { id, label: plainWords(block.label), describedBy: error ? `${id}-error` : undefined });
  const words = [plainWords(block.label), block.optional ? h("span", { class: "optional" }, " (optional)") : null];
  const grouped = ["radio_buttons", "checkboxes"].includes(block.element.type) || block.element.type.startsWith("multi_");
  return h("div", { class: `b-input${error ? " wrong" : ""}`, data: { block: block.block_id } },
    grouped ? h("div", { class: "label", id: `${id}-label` }, words) : h("label", { for: id }, words),
    control,
    block.hint && h("div", { class: "hint" }, plainWords(block.hint)),
    error && h("div", { class: "error", id: `${id}-error`, role: "alert" }, error));
}

function table(block) {
  const [head, ...rows] = block.rows;
  const cell = (tag) => (content, column) => {
    const align = block.column_settings?.[column]?.align;
    return h(tag, { class: align === "right" || align === "center" ? align : undefined, scope: tag === "th" ? "col" : undefined },
      content.type === "rich_text" ? content.elements.map(richPart) : String(content.text ?? content.value ?? ""));
  };
  return h("div", { class: "b-table", tabindex: "0", role: "region", "aria-label": "Table" },
    h("table", {}, h("thead", {}, h("tr", {}, head.map(cell("th")))), h("tbody", {}, rows.map((row) => h("tr", {}, row.map(cell("td")))))));
}

function richPart(part) {
  switch (part.type) {
    case "rich_text_section": return h("p", {}, part.elements.map(richBit));
    case "rich_text_quote": return h("blockquote", {}, part.elements.map(richBit));
    case "rich_text_preformatted": return h("pre", {}, h("code", {}, part.elements.map(richBit)));
    case "rich_text_list": return h(part.style === "ordered" ? "ol" : "ul", {}, part.elements.map((item) => h("li", {}, item.elements.map(richBit))));
    default: return h("p", {}, "");
  }
}

function richBit(bit) {
  const node = {
    text: () => bit.text,
    link: () => link(bit.url, bit.text ?? bit.url),
    emoji: () => emoji(bit.name),
    user: () => mention(bit.user_id),
    channel: () => channelMention(bit.channel_id),
    usergroup: () => groupMention(bit.usergroup_id),
    broadcast: () => h("span", { class: "mention me" }, `@${bit.range}`),
    date: () => h("time", {}, dateText(bit.timestamp, bit.format, bit.fallback ?? "")),
    color: () => bit.value,
  }[bit.type]?.() ?? "";
  const style = bit.style ?? {};
  return Object.entries({ code: "code", bold: "strong", italic: "em", strike: "s", underline: "u" })
    .reduce((inner, [name, tag]) => (style[name] ? h(tag, {}, inner) : inner), node);
}

const NAMED = { good: "#2f8f5b", warning: "#d99a1c", danger: "#c0392b" };

export function attachment(given, context) {
  const node = h("div", { class: "attachment" });
  const colour = NAMED[given.color] ?? (given.color && (given.color.startsWith("#") ? given.color : `#${given.color}`));
  if (/^#[0-9a-f]{3,8}$/i.test(colour ?? "")) node.style.setProperty("--bar", colour);
  const own = given.blocks?.length ? [] : [given.text && mrkdwn(given.text)];
  const titled = given.title && h("div", { class: "title" }, given.title_link ? link(given.title_link, inline(given.title)) : inline(given.title));
  const empty = !given.blocks?.length && !given.title && !given.text && !given.pretext && !given.fields?.length;
  node.append(...[
    given.pretext && h("div", { class: "pretext" }, mrkdwn(given.pretext)),
    titled, ...own,
    given.fields?.length && h("dl", { class: "fields" }, given.fields.map((field) =>
      h("div", { class: field.short ? undefined : "short-no" }, h("dt", {}, inline(String(field.title ?? ""))), h("dd", {}, inline(String(field.value ?? "")))))),
    given.blocks?.length && blocks(given.blocks, context),
    given.image_url && h("div", { class: "b-image" }, h("img", { src: given.image_url, alt: given.fallback ?? "", loading: "lazy" })),
    empty && given.fallback && mrkdwn(given.fallback),
    given.footer && h("div", { class: "foot" }, inline(given.footer)),
  ].filter(Boolean));
  return node;
}
