// The one place that talks to the server.

async function answer(response) {
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(body.error ?? `The workspace answered ${response.status}.`);
  return body;
}

export async function look(what, query) {
  const given = Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined && value !== null));
  return answer(await fetch(`/control/${what}?${new URLSearchParams(given)}`));
}

export async function act(as, what, given = {}) {
  const body = JSON.stringify({ as, do: what, ...given });
  return answer(await fetch("/control/act", { method: "POST", headers: { "Content-Type": "application/json" }, body }));
}

// Calls `heard` with every change that concerns this person; the browser reconnects by itself.
export function listen(as, heard, onReconnect) {
  const source = new EventSource(`/control/stream?${new URLSearchParams({ as })}`);
  let lost = false;
  source.onmessage = (event) => heard(JSON.parse(event.data));
  source.onerror = () => { lost = true; };
  source.onopen = () => { if (lost) onReconnect(); lost = false; };
  return () => source.close();
}
