// Times in the acting person's zone.

import { now, zone } from "./people.js";

const format = (date, options) => new Intl.DateTimeFormat("en-GB", { timeZone: zone(), ...options }).format(date);
export const clock = (ts) => format(new Date(Number(ts) * 1000), { hour: "2-digit", minute: "2-digit" });
export const dayKey = (ts) => format(new Date(Number(ts) * 1000), { year: "numeric", month: "2-digit", day: "2-digit" });
export const full = (ts) => format(new Date(Number(ts) * 1000), { dateStyle: "full", timeStyle: "medium" });

function pretty(date, plain) {
  const day = (offset) => dayKey((now().getTime() + offset * 86_400_000) / 1000);
  const key = dayKey(date.getTime() / 1000);
  if (key === day(0)) return "today";
  if (key === day(-1)) return "yesterday";
  if (key === day(1)) return "tomorrow";
  return plain;
}

export function dayName(ts) {
  const date = new Date(Number(ts) * 1000);
  const word = pretty(date, format(date, { weekday: "long", day: "numeric", month: "long" }));
  return word[0].toUpperCase() + word.slice(1);
}

export function ago(ts) {
  const seconds = Math.max(0, Math.round(now().getTime() / 1000 - Number(ts)));
  const steps = [[86_400, "day"], [3_600, "hour"], [60, "minute"]];
  for (const [size, word] of steps) {
    const count = Math.floor(seconds / size);
    if (count) return `${count} ${word}${count === 1 ? "" : "s"} ago`;
  }
  return "just now";
}

// Slack's date tokens, as in <!date^1700000000^{date_short_pretty} at {time}|fallback>.
export function dateText(seconds, pattern, fallback) {
  const date = new Date(Number(seconds) * 1000);
  if (Number.isNaN(date.getTime())) return fallback;
  const short = format(date, { day: "numeric", month: "short", year: "numeric" });
  const long = format(date, { weekday: "long", day: "numeric", month: "long", year: "numeric" });
  const usual = format(date, { day: "numeric", month: "long", year: "numeric" });
  const words = {
    date_num: format(date, { year: "numeric", month: "2-digit", day: "2-digit" }).split("/").reverse().join("-"),
    date: usual, date_short: short, date_long: long,
    date_pretty: pretty(date, usual), date_short_pretty: pretty(date, short), date_long_pretty: pretty(date, long),
    time: format(date, { hour: "2-digit", minute: "2-digit" }),
    time_secs: format(date, { hour: "2-digit", minute: "2-digit", second: "2-digit" }),
    ago: ago(seconds),
  };
  return pattern.replace(/\{(\w+)\}/g, (whole, name) => words[name] ?? whole);
}
