// Where people type: messages, slash commands with their hints, @mentions and #channels.

import { act } from "./api.js";
import { h, iconButton } from "./dom.js";
import { attempt, menu, toast } from "./menus.js";
import { channelName, userName, world } from "./people.js";

// What people type, as Slack's client would send it.
export function toWire(text) {
  const escaped = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  return escaped
    .replace(/(^|[\s(])@([\w.-]*\w)/g, (whole, before, name) => {
      const user = [...world.users.values()].find((one) => one.name === name);
      const group = [...world.groups.values()].find((one) => one.handle === name);
      if (["here", "channel", "everyone"].includes(name)) return `${before}<!${name}>`;
      return user ? `${before}<@${user.id}>` : group ? `${before}<!subteam^${group.id}>` : whole;
    })
    .replace(/(^|[\s(])#([\w-]+)/g, (whole, before, name) => {
      const room = [...world.channels.values()].find((one) => one.name === name);
      return room ? `${before}<#${room.id}|${room.name}>` : whole;
    })
    .replace(/(^|[\s(])(https?:\/\/[^\s<>]+[^\s<>.,;:!?)])/g, "$1<$2>");
}

export class Composer {
  // In a thread `thread` is the parent's ts.
  constructor(channel, thread) {
    this.channel = channel;
    this.thread = thread;
    const place = thread ? "Reply" : `Message ${channel.kind === "im" ? channelName(channel) : `#${channel.name}`}`;
    this.hints = h("ul", { class: "hints", role: "listbox", id: `hints-${thread ?? "room"}`, "aria-label": "Suggestions", hidden: true });
    this.field = h("textarea", { rows: "1", placeholder: place, "aria-label": place, role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": this.hints.id });
    this.send = iconButton("send", "Send", () => this.submit(), { class: "icon-btn send" });
    this.send.disabled = true;
    this.also = thread ? h("input", { type: "checkbox" }) : null;
    const bolt = iconButton("bolt", "Shortcuts and commands", () => this.offerShortcuts(bolt), { "aria-haspopup": "menu" });
    this.usage = h("span", { class: "grow" });
    this.node = h("div", { class: "composer" },
      h("div", { class: "box" }, this.hints, this.field,
        h("div", { class: "row" }, bolt, this.usage,
          this.also && h("label", { class: "also" }, this.also, "Also send to the channel"), this.send)));
    this.field.addEventListener("input", () => this.changed());
    this.field.addEventListener("keydown", (event) => this.pressed(event));
    this.field.addEventListener("blur", () => setTimeout(() => this.offer([]), 120));
  }

  changed() {
    this.field.style.height = "auto";
    this.field.style.height = `${this.field.scrollHeight}px`;
    this.send.disabled = !this.field.value.trim();
    this.suggest();
  }

  commands() {
    return world.apps.flatMap((app) => app.commands.map((command) => ({ ...command, app: app.name })));
  }

  suggest() {
    const before = this.field.value.slice(0, this.field.selectionStart);
    this.usage.textContent = "";
    const command = before.match(/^\/(\S*)$/);
    if (command) {
      const found = this.commands().filter((one) => one.name.startsWith(before));
      return this.offer(found.map((one) => ({ insert: `${one.name} `, from: 0, code: one.name, note: [one.usage_hint, one.description].filter(Boolean).join("  ·  ") })));
    }
    const typed = this.commands().find((one) => before.startsWith(`${one.name} `));
    if (typed) this.usage.textContent = `${typed.name} ${typed.usage_hint}`;
    const word = before.match(/(?:^|\s)([@#])([\w.-]*)$/);
    if (!word) return this.offer([]);
    const from = before.length - word[2].length - 1, start = word[2].toLowerCase();
    const people = [...world.users.values()].filter((user) => !user.deleted).map((user) => ({ code: `@${user.name}`, note: user.real_name }));
    const groups = [...world.groups.values()].map((group) => ({ code: `@${group.handle}`, note: group.name }));
    const rooms = [...world.channels.values()].filter((room) => room.kind !== "im").map((room) => ({ code: `#${room.name}`, note: room.topic?.value ?? "" }));
    const pool = word[1] === "@" ? [...people, ...groups] : rooms;
    const fits = pool.filter((one) => `${one.code.slice(1)} ${one.note}`.toLowerCase().includes(start)).slice(0, 8);
    return this.offer(fits.map((one) => ({ ...one, insert: `${one.code} `, from })));
  }

  offer(items) {
    this.items = items;
    this.at = 0;
    this.hints.hidden = !items.length;
    this.field.setAttribute("aria-expanded", String(Boolean(items.length)));
    this.hints.replaceChildren(...items.map((item, index) => h("li", { role: "option", id: `${this.hints.id}-${index}`, on: { mousedown: (event) => { event.preventDefault(); this.take(index); } } },
      h("code", {}, item.code), h("span", {}, item.note))));
    this.point();
  }

  point() {
    [...this.hints.children].forEach((node, index) => node.setAttribute("aria-selected", String(index === this.at)));
    const current = this.hints.children[this.at];
    current?.scrollIntoView({ block: "nearest" });
    if (current) this.field.setAttribute("aria-activedescendant", current.id);
    else this.field.removeAttribute("aria-activedescendant");
  }

  take(index) {
    const item = this.items[index], end = this.field.selectionStart;
    this.field.setRangeText(item.insert, item.from, end, "end");
    this.offer([]);
    this.changed();
    this.field.focus();
  }

  pressed(event) {
    if (event.isComposing) return;
    if (!this.hints.hidden) {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step) { event.preventDefault(); this.at = (this.at + step + this.items.length) % this.items.length; return void this.point(); }
      const item = this.items[this.at], typed = this.field.value.slice(item.from, this.field.selectionStart);
      const complete = event.key === "Tab" || (event.key === "Enter" && typed !== item.insert.trim());
      if (complete) { event.preventDefault(); return void this.take(this.at); }
      if (event.key === "Escape") { event.preventDefault(); event.stopPropagation(); return void this.offer([]); }
    }
    if (event.key === "Enter" && !event.shiftKey) { event.preventDefault(); this.submit(); }
  }

  async submit() {
    const text = this.field.value.trim();
    if (!text) return;
    if (text.startsWith("/") && this.thread) return void toast("Slash commands can't be used in threads: use the buttons, or a message's shortcuts.");
    this.field.value = "";
    this.changed();
    const done = await attempt(() => (text.startsWith("/")
      ? act(world.me, "run", { channel: this.channel.id, line: text })
      : act(world.me, "say", { channel: this.channel.id, text: toWire(text), thread: this.thread, broadcast: this.also?.checked })));
    if (done === undefined && !this.field.value) { this.field.value = text; this.changed(); }
    if (this.also) this.also.checked = false;
  }

  offerShortcuts(anchor) {
    const shortcuts = world.apps.flatMap((app) => app.shortcuts.filter((one) => !one.on_message).map((one) => ({
      label: one.name, note: app.name, run: () => attempt(() => act(world.me, "shortcut", { shortcut: one.callback_id })),
    })));
    const commands = this.thread ? [] : this.commands().map((one) => ({
      label: one.name, note: one.description,
      run: () => { this.field.value = `${one.name} `; this.field.focus(); this.changed(); },
    }));
    const items = [...(shortcuts.length ? [{ heading: "Shortcuts" }, ...shortcuts] : []), ...(commands.length ? [{ heading: "Commands" }, ...commands] : [])];
    if (items.length) menu(anchor, items, { label: "Shortcuts and commands" });
    else toast(`No app offers ${userName(world.me)} a shortcut here.`);
  }
}
