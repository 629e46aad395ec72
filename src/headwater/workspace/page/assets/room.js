// The middle column: a conversation, or an app's Home; and the right one: a thread.

import { act } from "./api.js";
import { Composer } from "./composer.js";
import { h, iconButton, link } from "./dom.js";
import { attempt, menu, toast } from "./menus.js";
import { fetchMessages, fetchThread, MessageList } from "./messages.js";
import { channelName, world } from "./people.js";
import { drawHome } from "./views.js";

const nearBottom = (scroll) => scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 80;

export class Room {
  constructor(node, { back, openThread, onRead }) {
    Object.assign(this, { node, back, openThread, onRead, channel: null, app: null, tab: "messages" });
  }

  async show(channelId, { app = null, tab = "messages", reveal } = {}) {
    Object.assign(this, { channel: channelId, app, tab });
    const room = world.channels.get(channelId);
    this.list = new MessageList({ open: (ts) => this.openThread(channelId, ts) });
    this.seen = room?.seen;
    this.bar = h("header", { class: "bar" });
    this.extras = h("div");
    this.scroll = h("div", { class: "scroll", tabindex: "-1" });
    this.foot = h("div");
    this.node.replaceChildren(this.bar, this.extras, this.scroll, this.foot);
    this.footSignature = "";
    await this.refresh({ reveal, first: true });
  }

  get room() { return world.channels.get(this.channel); }

  async refresh({ reveal, first = false } = {}) {
    this.drawBar();
    if (this.tab === "home") return drawHome(this.app, this.scroll);
    const channel = this.channel;
    const { messages } = channel ? await fetchMessages(channel) : { messages: [] };
    if (channel !== this.channel || this.tab === "home") return undefined;
    const stick = first || nearBottom(this.scroll);
    // The "New" line marks what was unread on arrival, not what comes while one looks on.
    if (first && !messages.some((message) => message.ts > this.seen && message.user !== world.me)) this.seen = undefined;
    this.list.update(messages, { seen: this.seen });
    const empty = h("div", { class: "empty" }, h("strong", {}, `This is the very beginning of ${this.name()}`), "Say something, or type / to see what the apps here can do.");
    if (!messages.length) this.scroll.replaceChildren(empty);
    else if (this.scroll.firstChild !== this.list.node) this.scroll.replaceChildren(this.list.node);
    if (reveal && this.list.reveal(reveal)) return undefined;
    if (stick) this.scroll.scrollTop = this.scroll.scrollHeight;
    this.markRead(messages);
    return undefined;
  }

  name() { return this.room ? (this.room.kind === "im" ? channelName(this.room) : `#${this.room.name}`) : ""; }

  markRead(messages) {
    const last = messages.at(-1);
    if (!last || document.hidden || !this.room || this.room.seen >= last.ts) return;
    Object.assign(this.room, { seen: last.ts, unread: 0, mentions: 0 });
    this.onRead();
    act(world.me, "read", { channel: this.channel, ts: last.ts }).catch(() => {});
  }

  drawBar() {
    const room = this.room, title = this.app ? this.app.name : this.name();
    const pins = room?.pins?.length ? h("button", { type: "button", class: "pill", on: { click: (event) => this.showPins(event.currentTarget) } }, `${room.pins.length} pinned`) : null;
    const members = room && room.kind !== "im" ? h("button", { type: "button", class: "pill", on: { click: (event) => this.showMembers(event.currentTarget) } }, `${room.members.length} members`) : null;
    this.bar.replaceChildren(
      iconButton("back", "All conversations", this.back, { class: "icon-btn back" }),
      h("div", { class: "title" }, h("h1", {}, title), room?.topic?.value ? h("div", { class: "topic" }, room.topic.value) : ""),
      pins ?? "", members ?? "");
    const tabs = this.app?.home ? h("div", { class: "tabs", role: "tablist" }, ["home", "messages"].map((tab) =>
      h("button", { type: "button", role: "tab", "aria-selected": String(tab === this.tab), on: { click: () => this.show(this.channel, { app: this.app, tab }) } }, tab === "home" ? "Home" : "Messages"))) : null;
    const marks = room?.bookmarks?.length ? h("div", { class: "marks" }, room.bookmarks.map((mark) => link(mark.link, mark.title))) : null;
    this.extras.replaceChildren(...[tabs, marks].filter(Boolean));
    this.drawFoot();
  }

  drawFoot() {
    const room = this.room;
    const signature = `${this.tab}/${this.channel}/${room?.is_member}/${room?.is_archived}/${world.me}`;
    if (signature === this.footSignature) return;
    this.footSignature = signature;
    if (this.tab === "home" || !room) return void this.foot.replaceChildren();
    if (room.is_archived) return void this.foot.replaceChildren(h("div", { class: "join" }, "This channel is archived."));
    if (room.kind !== "im" && !room.is_member) {
      const join = h("button", { type: "button", class: "btn primary", on: { click: () => attempt(() => act(world.me, "join", { channel: room.id })) } }, "Join channel");
      return void this.foot.replaceChildren(h("div", { class: "join" }, `You are not in #${room.name}.`, join));
    }
    this.composer = new Composer(room);
    this.foot.replaceChildren(this.composer.node);
    if (matchMedia("(hover: hover)").matches) this.composer.field.focus();
  }

  async showPins(anchor) {
    const { messages } = await fetchMessages(this.channel);
    const pinned = messages.filter((message) => message.pinned);
    const items = pinned.map((message) => ({ label: (message.text || "A message").slice(0, 140), run: () => this.list.reveal(message.ts) || toast("That message is in a thread.") }));
    menu(anchor, [{ heading: "Pinned here" }, ...items], { label: "Pinned messages", className: "pins" });
  }

  showMembers(anchor) {
    const items = this.room.members.map((id) => world.users.get(id)).filter(Boolean).map((user) => ({ label: user.real_name, note: user.is_bot ? "app" : user.title || `@${user.name}`, run: () => {} }));
    menu(anchor, [{ heading: "Members" }, ...items], { label: "Members" });
  }
}

export class Thread {
  constructor(node, { close }) {
    Object.assign(this, { node, close, channel: null, ts: null });
  }

  async show(channel, ts) {
    Object.assign(this, { channel, ts });
    this.node.hidden = false;
    this.list = new MessageList();
    this.scroll = h("div", { class: "scroll", tabindex: "-1" }, this.list.node);
    const room = world.channels.get(channel);
    const composer = room.is_archived || (room.kind !== "im" && !room.is_member) ? "" : new Composer(room, ts);
    this.node.replaceChildren(
      h("header", { class: "bar" },
        iconButton("back", "Back to the channel", this.close, { class: "icon-btn back" }),
        h("div", { class: "title" }, h("h2", {}, "Thread"), h("div", { class: "topic" }, room.kind === "im" ? channelName(room) : `#${room.name}`)),
        iconButton("close", "Close the thread", this.close)),
      this.scroll, composer?.node ?? "");
    await this.refresh({ first: true });
    if (composer && matchMedia("(hover: hover)").matches) composer.field.focus();
  }

  async refresh({ first = false } = {}) {
    if (!this.ts) return;
    const { messages } = await fetchThread(this.channel, this.ts);
    if (!messages.length) return void this.close();
    const stick = first || nearBottom(this.scroll);
    this.list.update(messages, { divider: false });
    if (stick) this.scroll.scrollTop = this.scroll.scrollHeight;
  }

  hide() {
    this.ts = null;
    this.node.hidden = true;
    this.node.replaceChildren();
  }
}

