// Builds elements. Text is always set as text: nothing a message contains can become markup.

export function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "on") for (const [type, listener] of Object.entries(value)) node.addEventListener(type, listener);
    else if (name === "data") Object.assign(node.dataset, value);
    else if (["value", "checked", "selected", "disabled", "hidden", "indeterminate"].includes(name)) node[name] = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== undefined && child !== null && child !== false));
  return node;
}

const PATHS = {
  smile: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM8.5 14.5c1.8 2.3 5.2 2.3 7 0M9 9.6h.01M15 9.6h.01",
  reply: "M4 6.5A2.5 2.5 0 0 1 6.5 4h11A2.5 2.5 0 0 1 20 6.5v7a2.5 2.5 0 0 1-2.5 2.5H11l-5 4v-4.2A2.5 2.5 0 0 1 4 13.5Z",
  pin: "M9 4h6l-.8 6 3.3 3.2v1.3h-11v-1.3L9.8 10ZM12 14.5V21",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  close: "M6 6l12 12M18 6 6 18",
  back: "M14.5 5 8 12l6.5 7",
  send: "M4.5 12 20 4.8 15.2 20l-3.4-6.6ZM11.8 13.4 20 4.8",
  bolt: "M13 3 5.5 13.5H11L10 21l8-11h-5.6Z",
  eye: "M2.8 12C5 8 8.3 6 12 6s7 2 9.2 6C19 16 15.7 18 12 18s-7-2-9.2-6ZM12 14.600a2.6 2.6 0 1 0 0-5.2 2.6 2.6 0 0 0 0 5.200Z",
  file: "M7 3.500h7l4 4V20.500H7ZM14 3.500v4h4",
  theme: "M12 3.500a8.5 8.5 0 1 0 8.5 8.5 6.5 6.5 0 0 1-8.5-8.500Z",
  drop: "M12 3.500c3.5 4.3 5.5 7.2 5.5 10a5.5 5.5 0 0 1-11 0c0-2.8 2-5.7 5.5-10Z",
  lock: "M7 11V8.500a5 5 0 0 1 10 0V11M5.5 11h13v9h-13Z",
};

export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "i");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

export function iconButton(name, label, onClick, props = {}) {
  return h("button", { type: "button", class: "icon-btn", "aria-label": label, title: label, on: { click: onClick }, ...props }, icon(name));
}

// A link a message may carry: web and mail only, never a script. One to a message here stays on the page.
export function link(url, ...children) {
  const safe = /^(https?:|mailto:)/i.test(url);
  if (!safe) return h("span", {}, ...children);
  if (url.startsWith(`${location.origin}/archives/`)) return h("a", { href: url }, ...children);
  return h("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, ...children);
}
