// The left column: conversations with their unread marks, apps, and who one acts as.

import { h, icon, iconButton } from "./dom.js";
import { menu } from "./menus.js";
import { avatar, channelName, me, world } from "./people.js";

export function drawSide(holder, { current, go, openApp, actAs, toggleTheme, writeTo }) {
  const focus = document.activeElement?.dataset?.place;
  const rooms = [...world.channels.values()].filter((room) => !room.is_archived);
  const channels = rooms.filter((room) => room.kind !== "im").sort((a, b) => Number(b.is_member) - Number(a.is_member) || a.name.localeCompare(b.name));
  const appUsers = new Set(world.apps.map((app) => app.user));
  const directs = rooms.filter((room) => room.kind === "im" && !appUsers.has(room.user));
  const scrolled = holder.querySelector(".lists")?.scrollTop ?? 0;
  holder.replaceChildren(
    h("div", { class: "brand" }, h("img", { src: "/page/mark.svg", alt: "" }), h("div", {}, h("strong", {}, world.team.name), h("small", {}, "A local Slack, for trying things"))),
    h("div", { class: "lists" },
      section("Channels", channels.map((room) => place(room, h("span", { class: "sign" }, room.is_private ? icon("lock") : "#"), room.name, current, () => go(room.id)))),
      section("Apps", world.apps.map((app) => {
        const room = rooms.find((one) => one.kind === "im" && one.user === app.user);
        return place(room ?? {}, avatar(app.user, app.name, { small: true }), app.name, current, () => openApp(app.id), `app-${app.id}`);
      })),
      section("Direct messages", [
        ...directs.map((room) => place(room, avatar(room.user, channelName(room), { small: true }), channelName(room), current, () => go(room.id))),
        newMessage(writeTo),
      ])),
    h("div", { class: "who" }, avatar(world.me, me()?.real_name ?? "?"),
      h("label", {}, "Acting as", actAsSelect(actAs)),
      iconButton("theme", "Light or dark", toggleTheme)));
  holder.querySelector(".lists").scrollTop = scrolled;
  if (focus) holder.querySelector(`[data-place="${CSS.escape(focus)}"]`)?.focus();
}

const section = (title, items) => h("section", { "aria-label": title }, h("h2", {}, title), h("ul", {}, items.map((item) => h("li", {}, item))));

function newMessage(writeTo) {
  const others = [...world.users.values()].filter((user) => !user.is_bot && !user.deleted && user.id !== world.me);
  const node = h("button", { type: "button", class: "place outside", "aria-haspopup": "menu", data: { place: "new" } }, h("span", { class: "sign" }, "+"), h("span", { class: "label" }, "Write to somebody"));
  node.addEventListener("click", () => menu(node, others.map((user) => ({ label: user.real_name, note: user.title, run: () => writeTo(user.id) })), { label: "People" }));
  return node;
}

function place(room, sign, name, current, open, id = room.id) {
  const unread = room.unread && room.is_member !== false;
  const here = id === current;
  const classes = ["place", unread && "unread", room.is_member === false && room.kind === "channel" && "outside"].filter(Boolean);
  const count = unread && room.mentions ? h("span", { class: "count", "aria-label": `${room.mentions} for you` }, String(room.mentions)) : unread && !here ? h("span", { class: "count quiet", "aria-label": `${room.unread} unread` }, String(room.unread)) : null;
  return h("button", { type: "button", class: classes.join(" "), "aria-current": here ? "page" : undefined, data: { place: id }, on: { click: open } }, sign, h("span", { class: "label" }, name), count);
}

function actAsSelect(actAs) {
  const people = [...world.users.values()].filter((user) => !user.is_bot && !user.deleted);
  const node = h("select", { "data-place": "as" }, people.map((user) => h("option", { value: user.id }, user.title ? `${user.real_name}, ${user.title}` : user.real_name)));
  node.value = world.me;
  node.addEventListener("change", () => actAs(node.value));
  return node;
}
