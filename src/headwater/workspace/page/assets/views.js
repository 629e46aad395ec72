// Modals and the App Home.

import { act, look } from "./api.js";
import { blocks } from "./blocks.js";
import { h, iconButton } from "./dom.js";
import { attempt } from "./menus.js";
import { world } from "./people.js";
import { plainWords } from "./text.js";

const contextOf = (view, gather) => ({
  entered: view.entered,
  errors: view.errors,
  gather,
  fire: (given, _block, value) => attempt(() => act(world.me, "use", { view: view.id, element: given.action_id, value })),
  suggest: async (given, block, typed) => {
    const answer = await attempt(() => act(world.me, "suggest", { view: view.id, block: block.block_id, action: given.action_id, typed }));
    return answer?.answer?.options ?? [];
  },
});

// The person's top modal. An update keeps what was typed in inputs that stayed.
export class Modal {
  constructor() {
    this.dialog = null;
    this.shown = "";
    this.reads = new Map();
    this.asked = 0;
  }

  async refresh() {
    const asked = (this.asked += 1);
    const { view, depth } = await look("modal", { as: world.me });
    if (asked !== this.asked) return; // answers overtake each other: an older one would bring back the loading view
    const signature = view ? `${view.id}/${view.hash}/${JSON.stringify(view.errors)}/${depth}` : "";
    if (signature === this.shown) return;
    const same = view && this.shown.startsWith(`${view.id}/`);
    this.shown = signature;
    if (!view) return this.hide();
    if (same) Object.assign(view.entered, this.collect(view));
    this.draw(view, depth);
  }

  forget() {
    this.shown = "";
    this.hide();
  }

  hide() {
    this.dialog?.close();
    this.dialog?.remove();
    this.dialog = null;
    this.reads.clear();
  }

  // What stands in the inputs now, as far as the new view still has them, as state entries.
  collect(view) {
    const kept = {};
    for (const [path, read] of this.reads) {
      const [blockId, actionId] = JSON.parse(path);
      const start = view.entered[blockId]?.[actionId];
      if (start && "value" in start) (kept[blockId] ??= { ...view.entered[blockId] })[actionId] = { ...start, value: read() };
    }
    return kept;
  }

  draw(view, depth) {
    const focusKey = document.activeElement?.dataset?.key;
    this.reads.clear();
    const gather = (blockId, actionId, read) => this.reads.set(JSON.stringify([blockId, actionId]), read);
    const trouble = view.errors?.[""] && h("p", { class: "trouble", role: "alert" }, view.errors[""]);
    const form = h("form", { novalidate: true, on: { submit: (event) => { event.preventDefault(); this.submit(view); } } },
      h("header", {}, depth > 1 && iconButton("back", "Back", () => this.close(false)), h("h2", {}, plainWords(view.title)), iconButton("close", "Close", () => this.close(true))),
      h("div", { class: "body" }, blocks(view.blocks, contextOf(view, gather))),
      trouble,
      h("footer", {},
        h("button", { type: "button", class: "btn", on: { click: () => this.close(false) } }, view.close ? plainWords(view.close) : "Close"),
        view.submit && h("button", { class: "btn primary", "data-key": "submit" }, plainWords(view.submit))));
    if (!this.dialog) {
      this.dialog = h("dialog", { class: "modal", "aria-label": view.title.text, on: { cancel: (event) => { event.preventDefault(); this.close(false); } } });
      document.body.append(this.dialog);
      this.dialog.append(form);
      this.dialog.showModal();
      (form.querySelector("[autofocus], .body input, .body textarea, .body select") ?? form.querySelector("footer .btn")).focus();
    } else {
      this.dialog.setAttribute("aria-label", view.title.text);
      this.dialog.replaceChildren(form);
      (form.querySelector(".wrong .field") ?? (focusKey && form.querySelector(`[data-key="${CSS.escape(focusKey)}"]`)) ?? form.querySelector(".body .field, footer .btn"))?.focus();
    }
  }

  async submit(view) {
    const state = {};
    for (const [path, read] of this.reads) {
      const [blockId, actionId] = JSON.parse(path);
      state[blockId] = { [actionId]: read() };
    }
    const button = this.dialog.querySelector('[data-key="submit"]');
    button?.setAttribute("aria-busy", "true");
    try {
      const answer = await act(world.me, "submit", { state });
      if (answer.error) this.trouble("We had some trouble connecting. Try again?");
    } catch (error) {
      this.trouble(error.message);
    }
    button?.removeAttribute("aria-busy");
    await this.refresh();
  }

  trouble(sentence) {
    this.dialog?.querySelector(".trouble")?.remove();
    this.dialog?.querySelector("footer")?.before(h("p", { class: "trouble", role: "alert" }, sentence));
  }

  async close(everything) {
    await attempt(() => act(world.me, "close", { everything }));
    await this.refresh();
  }
}

export async function drawHome(app, holder) {
  const { view } = await look("home", { as: world.me, app: app.id });
  if (!view) return holder.replaceChildren(h("div", { class: "empty" }, h("strong", {}, app.name), "The app has not published a Home yet."));
  const key = document.activeElement?.dataset?.key;
  holder.replaceChildren(h("div", { class: "home" }, blocks(view.blocks, contextOf(view))));
  if (key) holder.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus();
  return undefined;
}

// A small dialog of our own that asks for text.
export function ask(title, start) {
  return new Promise((resolve) => {
    const field = h("textarea", { class: "field", rows: "4", "aria-label": title });
    field.value = start;
    const node = h("dialog", { class: "modal", "aria-label": title },
      h("form", { method: "dialog" }, h("header", {}, h("h2", {}, title)), h("div", { class: "body" }, field),
        h("footer", {}, h("button", { class: "btn", value: "" }, "Cancel"), h("button", { class: "btn primary", value: "save" }, "Save"))));
    node.addEventListener("close", () => { node.remove(); resolve(node.returnValue === "save" ? field.value : null); });
    document.body.append(node);
    node.showModal();
    field.focus();
  });
}

