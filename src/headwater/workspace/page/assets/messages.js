// A list of messages that updates in place: only what changed is drawn anew, and the focus stays where it was.

import { act, look } from "./api.js";
import { attachment, blocks } from "./blocks.js";
import { clock, dayKey, dayName, full, ago } from "./dates.js";
import { h, icon, iconButton, link } from "./dom.js";
import { emoji } from "./emoji.js";
import { attempt, confirmed, menu, pickEmoji } from "./menus.js";
import { authorOf, avatar, userName, world } from "./people.js";
import { mrkdwn } from "./text.js";
import { ask } from "./views.js";

const GROUPED_WITHIN = 300;

export class MessageList {
  // `open` opens a thread; without it the list is a thread itself.
  constructor({ open } = {}) {
    this.node = h("div", { class: "list", role: "log", "aria-live": "off" });
    this.open = open;
    this.drawn = new Map();
  }

  update(messages, { seen, divider = true } = {}) {
    const focused = document.activeElement?.dataset?.key && this.node.contains(document.activeElement) ? { key: document.activeElement.dataset.key, ts: document.activeElement.closest(".msg")?.dataset.ts } : null;
    const next = new Map(), order = [];
    let previous, marked = false;
    for (const message of messages) {
      const newDay = divider && (!previous || dayKey(previous.ts) !== dayKey(message.ts));
      if (newDay) order.push(h("div", { class: "day" }, dayName(message.ts)));
      if (seen && !marked && message.ts > seen && message.user !== world.me) {
        marked = true;
        if (previous) order.push(h("div", { class: "day new" }, "New"));
      }
      const follows = !newDay && previous && sameAuthor(previous, message) && Number(message.ts) - Number(previous.ts) < GROUPED_WITHIN;
      const signature = JSON.stringify([message, follows, world.me]);
      const old = this.drawn.get(message.ts);
      const node = old?.signature === signature ? old.node : drawMessage(message, { follows, open: this.open });
      next.set(message.ts, { signature, node });
      order.push(node);
      previous = message;
    }
    this.drawn = next;
    settle(this.node, order);
    // A control that is gone (a button that was used up) leaves the focus to its message.
    const home = focused && next.get(focused.ts)?.node;
    if (home && !home.contains(document.activeElement)) (home.querySelector(`[data-key="${CSS.escape(focused.key)}"]`) ?? home).focus({ preventScroll: true });
  }

  reveal(ts) {
    const node = this.drawn.get(ts)?.node;
    node?.scrollIntoView({ block: "center" });
    node?.classList.add("flash");
    return Boolean(node);
  }
}

// Moves and replaces as little as possible, so that the browser keeps scroll and focus.
function settle(holder, order) {
  const wanted = new Set(order);
  for (const child of [...holder.children]) if (!wanted.has(child)) child.remove();
  order.forEach((node, index) => { if (holder.children[index] !== node) holder.insertBefore(node, holder.children[index] ?? null); });
}

const sameAuthor = (one, two) => one.user === two.user && one.bot_id === two.bot_id && one.username === two.username
  && !one.ephemeral && !two.ephemeral && !one.pinned && !two.pinned && !two.broadcast;

// What a click on a message means.
function contextOf(message) {
  const where = { channel: message.channel, ts: message.ts };
  return {
    fire: (given, _block, value) => attempt(() => act(world.me, "click", { ...where, element: given.action_id, value })),
    suggest: async (given, block, typed) => {
      const answer = await attempt(() => act(world.me, "suggest", { ...where, block: block.block_id, action: given.action_id, typed }));
      return answer?.answer?.options ?? [];
    },
  };
}

function drawMessage(message, { follows, open }) {
  const name = authorOf(message), context = contextOf(message);
  const time = h("time", { datetime: new Date(Number(message.ts) * 1000).toISOString(), title: full(message.ts) }, clock(message.ts));
  // People's rich text says no more than their words do, so their words are drawn.
  const drawBlocks = message.blocks?.length && (message.bot_id || !message.text);
  const shown = drawBlocks ? blocks(message.blocks, context) : message.text ? mrkdwn(message.text) : null;
  const classes = ["msg", follows && "follows", message.pinned && "pinned", message.ephemeral && "whisper"].filter(Boolean);
  return h("article", { class: classes.join(" "), data: { ts: message.ts }, tabindex: "-1", "aria-label": `${name}, ${clock(message.ts)}` },
    message.ephemeral && h("div", { class: "note" }, icon("eye"), "Only visible to you"),
    message.pinned && h("div", { class: "note" }, icon("pin"), "Pinned"),
    message.broadcast && h("div", { class: "note" }, icon("reply"), h("button", { type: "button", class: "replies", on: { click: () => open?.(message.thread_ts) } }, open ? "replied to a thread" : "also sent to the channel")),
    h("div", { class: "gutter" }, follows ? time.cloneNode(true) : avatar(message.user ?? message.bot_id, name)),
    h("div", { class: "content" },
      !follows && h("div", { class: "by" }, h("strong", {}, name), message.bot_id && h("span", { class: "tag" }, "APP"), time),
      shown,
      message.edited && !message.bot_id && h("span", { class: "edited" }, " (edited)"),
      (message.attachments ?? []).map((given) => attachment(given, context)),
      (message.files ?? []).map((file) => h("div", {}, link(file.url_private, h("span", { class: "file" }, icon("file"), file.title)))),
      reactions(message),
      open && message.reply_count && threadLink(message, open)),
    tools(message, open));
}

function threadLink(message, open) {
  return h("div", {}, h("button", { type: "button", class: "replies", data: { key: "replies" }, on: { click: () => open(message.ts) } },
    message.reply_users.slice(0, 4).map((id) => avatar(id, userName(id), { small: true })),
    `${message.reply_count} ${message.reply_count === 1 ? "reply" : "replies"}`,
    h("small", {}, ago(message.latest_reply))));
}

function reactions(message) {
  if (!message.reactions?.length) return null;
  return h("div", { class: "reactions" }, message.reactions.map((reaction) => {
    const mine = reaction.users.includes(world.me);
    const who = reaction.users.map(userName).join(", ");
    return h("button", { type: "button", class: "reaction", "aria-pressed": String(mine), title: `${who} reacted with :${reaction.name}:`, "aria-label": `${reaction.name.replaceAll("_", " ")}, ${reaction.count}, ${who}`, data: { key: `re-${reaction.name}` },
      on: { click: () => react(message, reaction.name, mine) } }, h("span", {}, emoji(reaction.name)), h("span", {}, String(reaction.count)));
  }));
}

const at = (message) => ({ channel: message.channel, ts: message.ts });
const react = (message, name, mine) => attempt(() => act(world.me, mine ? "unreact" : "react", { ...at(message), name }));

function tools(message, open) {
  if (message.ephemeral) return h("div", { class: "tools" }, iconButton("close", "Dismiss this message", () => attempt(() => act(world.me, "dismiss", at(message)))));
  const toolbar = h("div", { class: "tools", role: "toolbar", "aria-label": "Message" });
  const face = iconButton("smile", "Add a reaction", () => pickEmoji(face, (name) => {
    const mine = message.reactions?.find((reaction) => reaction.name === name)?.users.includes(world.me);
    react(message, name, mine);
  }), { data: { key: "tool-react" } });
  const more = iconButton("more", "More actions", () => menu(more, moreItems(message, open, face), { label: "Message actions" }), { class: "icon-btn more", "aria-haspopup": "menu", data: { key: "tool-more" } });
  toolbar.append(face, open ? iconButton("reply", "Reply in thread", () => open(message.thread_ts ?? message.ts)) : "", more);
  return toolbar;
}

function moreItems(message, open, face) {
  const shortcuts = world.apps.flatMap((app) => app.shortcuts.filter((one) => one.on_message).map((one) => ({
    label: one.name, note: app.name,
    run: () => attempt(() => act(world.me, "shortcut", { ...at(message), shortcut: one.callback_id })),
  })));
  const own = message.user === world.me ? ["line",
    { label: "Edit message", run: () => editMessage(message) },
    { label: "Delete message", danger: true, run: () => deleteMessage(message) }] : [];
  // Where nothing hovers, the toolbar shrinks to this menu.
  const touch = matchMedia("(hover: none)").matches ? [
    { label: "Add a reaction", run: () => face.click() },
    ...(open ? [{ label: "Reply in thread", run: () => open(message.thread_ts ?? message.ts) }] : []), "line"] : [];
  return [
    ...touch,
    ...(shortcuts.length ? [{ heading: "Message shortcuts" }, ...shortcuts, "line"] : []),
    { label: message.pinned ? "Unpin from channel" : "Pin to channel", run: () => attempt(() => act(world.me, message.pinned ? "unpin" : "pin", at(message))) },
    { label: "Copy link", run: () => navigator.clipboard?.writeText(message.permalink) },
    ...own,
  ];
}

async function editMessage(message) {
  const text = await ask("Edit message", message.text);
  if (text !== null && text !== message.text) await attempt(() => act(world.me, "edit", { ...at(message), text }));
}

async function deleteMessage(message) {
  const plain = (text) => ({ type: "plain_text", text });
  const dialog = { title: plain("Delete message"), text: plain("It disappears for everyone. This can't be undone."), confirm: plain("Delete"), deny: plain("Keep it"), style: "danger" };
  if (await confirmed(dialog)) await attempt(() => act(world.me, "delete", at(message)));
}

export const fetchMessages = (channel) => look("messages", { as: world.me, channel });
export const fetchThread = (channel, ts) => look("thread", { as: world.me, channel, ts });
