// The texts on the page whose contrast with their ground is below 4.5:1 (WCAG AA).
() => {
  const parse = (text) => text.match(/[\d.]+/g).map(Number);
  const lum = ([r, g, b]) => [r, g, b].map((v) => v / 255).map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (node) => { for (let n = node; n; n = n.parentElement) {
    const c = getComputedStyle(n); if (c.backgroundImage !== 'none') return null;
    const parts = parse(c.backgroundColor); if (c.backgroundColor.startsWith('rgb') && (parts[3] ?? 1) === 1) return parts; } return null; };
  const poor = [];
  for (const node of document.querySelectorAll('.room *, .thread *')) {
    const own = [...node.childNodes].some((c) => c.nodeType === 3 && c.data.trim());
    if (!own || !node.offsetParent) continue;
    const back = ground(node); if (!back) continue;
    const colour = getComputedStyle(node).color; if (!colour.startsWith('rgb')) continue;
    const [a, b] = [lum(parse(colour)), lum(back)].sort((x, y) => y - x);
    if ((a + 0.05) / (b + 0.05) < 4.5) poor.push(`${node.className || node.tagName}: ${node.textContent.slice(0, 30)}`);
  }
  return poor;
}
