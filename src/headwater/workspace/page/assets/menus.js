// What floats: menus, the emoji picker, confirm dialogs, toasts.

import { h } from "./dom.js";
import { emoji, QUICK } from "./emoji.js";
import { plainWords, textObject } from "./text.js";

let closeOpen = () => {};

function float(anchor, node) {
  closeOpen();
  const host = anchor.closest("dialog") ?? document.body;
  host.append(node);
  anchor.setAttribute("aria-expanded", "true");
  const box = anchor.getBoundingClientRect(), size = node.getBoundingClientRect();
  node.style.left = `${Math.max(8, Math.min(box.left, innerWidth - size.width - 8))}px`;
  const below = box.bottom + 4;
  node.style.top = `${Math.max(8, below + size.height > innerHeight - 8 ? box.top - size.height - 4 : below)}px`;
  const outside = (event) => { if (!node.contains(event.target) && !anchor.contains(event.target)) close(); };
  const close = ({ refocus = false } = {}) => {
    node.remove();
    anchor.removeAttribute("aria-expanded");
    document.removeEventListener("pointerdown", outside, true);
    closeOpen = () => {};
    if (refocus) anchor.focus();
  };
  document.addEventListener("pointerdown", outside, true);
  node.addEventListener("keydown", (event) => {
    const items = [...node.querySelectorAll("button")];
    const step = { ArrowDown: 1, ArrowUp: -1, ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (event.key === "Escape") { event.stopPropagation(); event.preventDefault(); close({ refocus: true }); }
    else if (event.key === "Tab") close();
    else if (step) { event.preventDefault(); items[(items.indexOf(document.activeElement) + step + items.length) % items.length]?.focus(); }
  });
  closeOpen = close;
  node.querySelector("button")?.focus();
  return close;
}

// items: { label, note?, danger?, run } or { heading } or "line"
export function menu(anchor, items, { label = "Menu", className = "" } = {}) {
  let close = () => {};
  const node = h("div", { class: `menu ${className}`, role: "menu", "aria-label": label }, items.map((item) => {
    if (item === "line") return h("hr");
    if (item.heading) return h("h3", {}, item.heading);
    return h("button", { type: "button", role: "menuitem", class: item.danger ? "danger" : undefined, on: { click: () => { close({ refocus: true }); item.run(); } } },
      item.label, item.note && h("small", {}, item.note));
  }));
  close = float(anchor, node);
}

export function pickEmoji(anchor, onPick) {
  let close = () => {};
  const node = h("div", { class: "menu picker", role: "menu", "aria-label": "Reactions" }, QUICK.map((name) =>
    h("button", { type: "button", role: "menuitem", title: `:${name}:`, "aria-label": name.replaceAll("_", " "), on: { click: () => { close({ refocus: true }); onPick(name); } } }, emoji(name))));
  close = float(anchor, node);
}

export function confirmed(dialog) {
  return new Promise((resolve) => {
    const node = h("dialog", { class: "modal confirm", "aria-label": dialog.title.text },
      h("form", { method: "dialog" },
        h("header", {}, h("h2", {}, plainWords(dialog.title))),
        h("div", { class: "body" }, textObject(dialog.text)),
        h("footer", {},
          h("button", { class: "btn", value: "" }, plainWords(dialog.deny)),
          h("button", { class: `btn ${dialog.style === "danger" ? "danger solid" : "primary"}`, value: "yes" }, plainWords(dialog.confirm)))));
    node.addEventListener("close", () => { node.remove(); resolve(node.returnValue === "yes"); });
    document.body.append(node);
    node.showModal();
  });
}

export function toast(sentence) {
  const node = h("div", { class: "toast" }, sentence);
  document.getElementById("toasts").append(node);
  setTimeout(() => node.remove(), 6_000);
}

// Runs something that may be refused, and says why if it is.
export async function attempt(work) {
  try {
    const result = await work();
    if (result?.error) toast(`The app did not take it: ${result.error.replaceAll("_", " ")}.`);
    return result;
  } catch (error) {
    toast(error.message);
    return undefined;
  }
}
