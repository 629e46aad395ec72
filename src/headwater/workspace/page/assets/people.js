// What the page knows: who is who, which conversations there are, who is acting, what time it is.

import { h, icon } from "./dom.js";

export const world = { me: "", users: new Map(), groups: new Map(), channels: new Map(), apps: [], team: {}, skew: 0 };

export function learn(state) {
  world.me = state.me;
  world.team = state.team;
  world.apps = state.apps;
  world.users = new Map(state.users.map((user) => [user.id, user]));
  world.groups = new Map(state.usergroups.map((group) => [group.id, group]));
  world.channels = new Map(state.channels.map((channel) => [channel.id, channel]));
  world.skew = state.now * 1000 - Date.now();
}

// The workspace may live in a driven time of its own.
export const now = () => new Date(Date.now() + world.skew);
export const me = () => world.users.get(world.me);
export const zone = () => me()?.tz ?? "UTC";

export function userName(id) {
  if (id === "USLACKBOT") return "Slackbot";
  const user = world.users.get(id);
  return user ? (user.is_bot ? user.real_name : user.name) : id;
}

export function channelName(channel) {
  if (channel.kind !== "im") return channel.name;
  return world.users.get(channel.user)?.real_name ?? channel.user;
}

export function authorOf(message) {
  if (message.username) return message.username;
  if (message.user) return world.users.get(message.user)?.real_name ?? userName(message.user);
  return message.bot_profile?.name ?? "Webhook";
}

export function avatar(id, name, { small = false } = {}) {
  const size = small ? " small" : "";
  const user = world.users.get(id);
  if (user?.app) return h("span", { class: `avatar ours${size}`, "aria-hidden": "true" }, icon("drop"));
  let sum = 0;
  for (const letter of String(id ?? name)) sum = (sum * 31 + letter.codePointAt(0)) % 8191;
  const initials = (name || "?").split(/[\s_.-]+/).filter(Boolean).slice(0, small ? 1 : 2).map((part) => part[0].toUpperCase()).join("");
  return h("span", { class: `avatar hue-${sum % 8}${size}`, "aria-hidden": "true" }, initials || "?");
}
