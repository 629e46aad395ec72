// mrkdwn and Markdown to nodes. Input is the wire form, where & < > of people are entities.

import { h, link } from "./dom.js";
import { emoji } from "./emoji.js";
import { dateText, full } from "./dates.js";
import { userName, world } from "./people.js";

const unescape = (text) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

// <@U1>, <#C1|name>, <!subteam^S1>, <!date^...>, <!here>, <https://x|label>
export function token(body) {
  const [target, ...rest] = body.split("|");
  const label = rest.join("|");
  if (target.startsWith("@")) return mention(target.slice(1));
  if (target.startsWith("#")) return channelMention(target.slice(1), label);
  if (target.startsWith("!subteam^")) return groupMention(target.slice(9));
  if (target.startsWith("!date^")) {
    const [, seconds, pattern, href] = target.split("^");
    const shown = h("time", { title: full(seconds) }, dateText(seconds, unescape(pattern ?? ""), unescape(label)));
    return href ? link(unescape(href), shown) : shown;
  }
  if (target.startsWith("!")) return h("span", { class: "mention me" }, `@${target.slice(1)}`);
  return link(unescape(target), unescape(label || target));
}

export const mention = (id) => h("span", { class: `mention${id === world.me ? " me" : ""}` }, `@${userName(id)}`);
export const channelMention = (id, label) => h("a", { class: "mention", href: `/archives/${id}`, data: { channel: id } }, `#${world.channels.get(id)?.name ?? (label || id)}`);
export function groupMention(id) {
  const group = world.groups.get(id);
  return h("span", { class: `mention${group?.users.includes(world.me) ? " me" : ""}` }, `@${group?.handle ?? id}`);
}

const INLINE = /```([\s\S]+?)```|`([^`\n]+)`|<([^<>\n]+)>|(?<![\w*])\*([^*\n]+)\*(?![\w*])|(?<![\w_])_([^_\n]+)_(?![\w_])|(?<![\w~])~([^~\n]+)~(?![\w~])|:([a-z0-9_+'-]+(?:::skin-tone-\d)?):/g;

export function inline(text) {
  const nodes = [];
  let place = 0;
  for (const found of text.matchAll(INLINE)) {
    if (found.index > place) nodes.push(unescape(text.slice(place, found.index)));
    const [whole, block, code, angle, bold, italic, strike, short] = found;
    if (block !== undefined) nodes.push(h("pre", {}, h("code", {}, plainTokens(block.replace(/^\n/, "")))));
    else if (code !== undefined) nodes.push(h("code", {}, plainTokens(code)));
    else if (angle !== undefined) nodes.push(token(angle));
    else if (bold !== undefined) nodes.push(h("strong", {}, inline(bold)));
    else if (italic !== undefined) nodes.push(h("em", {}, inline(italic)));
    else if (strike !== undefined) nodes.push(h("s", {}, inline(strike)));
    else nodes.push(emoji(short));
    place = found.index + whole.length;
  }
  if (place < text.length) nodes.push(unescape(text.slice(place)));
  return nodes;
}

// In code only links and mentions are read.
function plainTokens(text) {
  return text.split(/(<[^<>\n]+>)/).map((part) => (/^<.+>$/.test(part) ? token(part.slice(1, -1)) : unescape(part)));
}

export function mrkdwn(text) {
  const holder = h("div", { class: "text" });
  let quote = null;
  const lines = text.split(/(```[\s\S]+?```)/).flatMap((part) => (part.startsWith("```") ? [part] : part.split(/(?<=\n)/)));
  for (const line of lines) {
    const quoted = line.match(/^(?:&gt;|>) ?([\s\S]*)$/);
    if (quoted) {
      quote ??= holder.appendChild(h("blockquote"));
      quote.append(...inline(quoted[1]));
    } else {
      quote = null;
      holder.append(...inline(line));
    }
  }
  return holder;
}

export function textObject(object) {
  if (object.type === "mrkdwn") return mrkdwn(object.text);
  return h("div", { class: "text" }, plainWords(object));
}

// plain_text: shortcodes only.
export const plainWords = (object) => object.text.replace(/:([a-z0-9_+'-]+):/g, (whole, name) => (object.emoji === false ? whole : emoji(name)));

export function markdown(source) {
  const holder = h("div", { class: "b-markdown" });
  for (const part of source.split(/(```[\s\S]+?```)/)) {
    if (part.startsWith("```")) holder.append(h("pre", {}, h("code", {}, part.slice(3, -3).replace(/^\w*\n/, ""))));
    else for (const chunk of part.split(/\n{2,}/)) if (chunk.trim()) holder.append(markdownChunk(chunk.trim()));
  }
  return holder;
}

function markdownChunk(chunk) {
  const heading = chunk.match(/^#{1,6} +(.+)$/);
  if (heading) return h("h3", {}, markdownInline(heading[1]));
  const lines = chunk.split("\n");
  if (lines.every((line) => /^\s*[-*+] /.test(line))) return h("ul", {}, lines.map((line) => h("li", {}, markdownInline(line.replace(/^\s*[-*+] /, "")))));
  if (lines.every((line) => /^\s*\d+[.)] /.test(line))) return h("ol", {}, lines.map((line) => h("li", {}, markdownInline(line.replace(/^\s*\d+[.)] /, "")))));
  if (lines.every((line) => line.startsWith(">"))) return h("blockquote", {}, markdownInline(lines.map((line) => line.replace(/^> ?/, "")).join("\n")));
  return h("p", {}, markdownInline(chunk));
}

function markdownInline(text) {
  const nodes = [];
  let place = 0;
  for (const found of text.matchAll(/`([^`]+)`|\*\*([^*]+)\*\*|__([^_]+)__|\*([^*\n]+)\*|~~([^~]+)~~|\[([^\]]+)\]\(([^)\s]+)\)|<([^<>\n]+)>|:([a-z0-9_+'-]+):/g)) {
    nodes.push(text.slice(place, found.index));
    const [whole, code, strong, strong2, em, strike, label, url, angle, short] = found;
    if (code) nodes.push(h("code", {}, code));
    else if (strong ?? strong2) nodes.push(h("strong", {}, markdownInline(strong ?? strong2)));
    else if (em) nodes.push(h("em", {}, markdownInline(em)));
    else if (strike) nodes.push(h("s", {}, markdownInline(strike)));
    else if (label) nodes.push(link(url, label));
    else if (angle) nodes.push(token(angle));
    else nodes.push(emoji(short));
    place = found.index + whole.length;
  }
  nodes.push(text.slice(place));
  return nodes.map((node) => (typeof node === "string" ? unescape(node) : node));
}
