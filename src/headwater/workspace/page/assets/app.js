// Puts the columns together, keeps the address in step, and listens for what changes.

import { act, listen, look } from "./api.js";
import { attempt, toast } from "./menus.js";
import { learn, world } from "./people.js";
import { Room, Thread } from "./room.js";
import { drawSide } from "./side.js";
import { drawHome, Modal } from "./views.js";

const frame = document.querySelector(".frame");
const side = document.getElementById("side");
const modal = new Modal();
let stopListening = () => {};

const showing = (column) => { frame.dataset.showing = column; };
const room = new Room(document.getElementById("room"), { back: () => showing("side"), openThread, onRead: () => showSide() });
const thread = new Thread(document.getElementById("thread"), { close: closeThread });

function remember() {
  const query = new URLSearchParams({ as: world.me });
  if (room.app) query.set("app", room.app.id);
  if (room.tab === "home") query.set("tab", "home");
  if (thread.ts) query.set("thread_ts", thread.ts);
  history.replaceState(null, "", room.channel ? `/archives/${room.channel}?${query}` : `/?${query}`);
  document.title = `${room.app?.name ?? room.name()} · ${world.team.name}`;
}

function showSide() {
  drawSide(side, { current: room.app ? `app-${room.app.id}` : room.channel, go, openApp, actAs, toggleTheme, writeTo: async (user) => go(await directWith(user)) });
}

async function go(channel, { reveal } = {}) {
  if (thread.ts && thread.channel !== channel) closeThread();
  showing("room");
  await room.show(channel, { reveal });
  showSide();
  remember();
}

async function openApp(appId, tab) {
  const app = world.apps.find((one) => one.id === appId);
  closeThread();
  showing("room");
  if (app.home) attempt(() => act(world.me, "open_home", { app: appId }));
  const made = await directWith(app.user);
  await room.show(made, { app, tab: tab ?? (app.home ? "home" : "messages") });
  showSide();
  remember();
}

// Opening an app's page opens its direct conversation, as in Slack.
async function directWith(user) {
  const known = [...world.channels.values()].find((one) => one.kind === "im" && one.user === user);
  if (known) return known.id;
  const body = JSON.stringify({ what: "direct", one: world.me, two: user });
  const { id } = await (await fetch("/control/make", { method: "POST", headers: { "Content-Type": "application/json" }, body })).json();
  learn(await look("state", { as: world.me }));
  return id;
}

async function openThread(channel, ts) {
  frame.classList.add("with-thread");
  showing("thread");
  await thread.show(channel, ts);
  remember();
}

function closeThread() {
  frame.classList.remove("with-thread");
  thread.hide();
  if (frame.dataset.showing === "thread") showing("room");
  remember();
}

async function actAs(user) {
  stopListening();
  modal.forget();
  closeThread();
  learn(await look("state", { as: user }));
  localStorage.setItem("workspace-as", user);
  const still = world.channels.get(room.channel);
  if (room.app) await openApp(room.app.id, room.tab);
  else await go(still ? still.id : firstRoom());
  follow();
}

function firstRoom() {
  const rooms = [...world.channels.values()].filter((one) => one.kind !== "im" && !one.is_archived);
  const busiest = rooms.filter((one) => one.is_member).sort((a, b) => b.mentions - a.mentions || b.unread - a.unread || a.name.localeCompare(b.name));
  return (busiest[0] ?? rooms[0])?.id;
}

// Many changes come at once: one look at the frame serves them all.
let waiting = null;
const touched = { room: false, thread: false };
function heard(change) {
  if (change.kind === "toast") toast(change.text);
  if (change.kind === "view") modal.refresh();
  if (change.kind === "home" && room.tab === "home" && room.app?.id === change.app) drawHome(room.app, room.scroll);
  if (!["message", "ephemeral", "channel", "roster"].includes(change.kind)) return;
  touched.room ||= !change.channel || change.channel === room.channel;
  touched.thread ||= change.channel === thread.channel;
  waiting ??= setTimeout(refresh, 40);
}

async function refresh() {
  const now = { ...touched };
  Object.assign(touched, { room: false, thread: false });
  waiting = null;
  learn(await look("state", { as: world.me }));
  if (now.room && room.tab !== "home") await room.refresh();
  else room.drawBar();
  if (now.thread && thread.ts) await thread.refresh();
  showSide();
}

function follow() {
  stopListening();
  stopListening = listen(world.me, heard, () => { Object.assign(touched, { room: true, thread: true }); refresh(); modal.refresh(); });
  modal.refresh();
}

const THEMES = matchMedia("(prefers-color-scheme: dark)");
function applyTheme() {
  document.documentElement.dataset.theme = localStorage.getItem("workspace-theme") ?? (THEMES.matches ? "dark" : "light");
}
function toggleTheme() {
  localStorage.setItem("workspace-theme", document.documentElement.dataset.theme === "dark" ? "light" : "dark");
  applyTheme();
}

// Which conversation, message and thread an address of this workspace names.
function placeOf({ pathname, search }) {
  const [, channel, stamp] = pathname.match(/^\/archives\/(\w+)(?:\/p(\d+))?/) ?? [];
  const ts = stamp && `${stamp.slice(0, -6)}.${stamp.slice(-6)}`;
  return { channel, ts, thread: new URLSearchParams(search).get("thread_ts") };
}

async function start() {
  applyTheme();
  THEMES.addEventListener("change", applyTheme);
  const query = new URLSearchParams(location.search);
  const { channel, ts, thread: parent } = placeOf(location);
  learn(await look("state", { as: query.get("as") ?? localStorage.getItem("workspace-as") }));
  const app = query.get("app");
  if (app && world.apps.some((one) => one.id === app)) await openApp(app, query.get("tab") ?? "messages");
  else if (world.channels.has(channel)) await go(channel, { reveal: ts });
  else await go(firstRoom());
  if (parent && world.channels.has(channel)) await openThread(channel, parent);
  follow();
}

document.addEventListener("visibilitychange", () => {
  if (document.hidden) room.seen = room.room?.seen;
  else if (world.me) room.refresh();
});
document.addEventListener("keydown", (event) => { if (event.key === "Escape" && thread.ts && !document.querySelector("dialog[open]")) closeThread(); });
// Links to channels and messages of this workspace move the page instead of loading it anew.
document.addEventListener("click", async (event) => {
  const anchor = event.target.closest("a[href]");
  if (!anchor || anchor.target || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const { channel, ts, thread: parent } = placeOf(new URL(anchor.href));
  if (!world.channels.has(channel)) return;
  event.preventDefault();
  await go(channel, { reveal: ts });
  if (parent) await openThread(channel, parent);
});
start().catch((error) => {
  document.getElementById("room").replaceChildren(Object.assign(document.createElement("p"), { className: "lost", textContent: error.message }));
});
