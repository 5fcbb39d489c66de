// Helpers of checks.py: each function returns a list of sentences about what is wrong.

function seen(element) {
  const box = element.getBoundingClientRect();
  const style = getComputedStyle(element);
  return box.width > 0 && box.height > 0 && style.visibility !== "hidden" &&
    !element.closest(".hidden") && element.checkVisibility();
}

function named(element) {
  const words = element.id || element.getAttribute("name") || element.textContent.trim();
  return `${element.tagName.toLowerCase()} ${words.slice(0, 60)}`;
}

function channels(color) {
  const [r, g, b, a = 1] = color.match(/[\d.]+/g).map(Number);
  return [r, g, b, a];
}

function luminance([r, g, b]) {
  const [x, y, z] = [r, g, b].map((v) => {
    v /= 255;
    return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * x + 0.7152 * y + 0.0722 * z;
}

function behind(element) {
  for (let at = element; at; at = at.parentElement) {
    const color = channels(getComputedStyle(at).backgroundColor);
    if (color[3] === 1) return color;
    if (color[3] > 0) throw new Error(`half transparent: ${named(at)}`);
  }
  return [255, 255, 255, 1];
}

function contrast(least) {
  const faults = new Set();
  const judge = (element, color, what) => {
    const pair = [luminance(channels(color)), luminance(behind(element))].sort((a, b) => b - a);
    const ratio = (pair[0] + 0.05) / (pair[1] + 0.05);
    if (ratio < least) faults.add(`${what} ${named(element)}: ${ratio.toFixed(2)}`);
  };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    if (!texts.currentNode.textContent.trim() || !seen(element)) continue;
    const style = getComputedStyle(element);
    judge(element, element.closest("svg") ? style.fill : style.color, "text of");
  }
  for (const field of document.querySelectorAll("input, textarea, select")) {
    if (!seen(field)) continue;
    judge(field, getComputedStyle(field).color, "value of");
    if (field.placeholder) judge(field, getComputedStyle(field, "::placeholder").color, "placeholder of");
  }
  return [...faults];
}

function headings() {
  const faults = [];
  const own = [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")]
    .filter((one) => one.checkVisibility() && !one.closest(".prose[dir]"));
  const levels = own.map((one) => Number(one.tagName[1]));
  if (levels.filter((level) => level === 1).length !== 1) faults.push("not one h1");
  if (levels[0] !== 1) faults.push(`begins with h${levels[0]}`);
  levels.forEach((level, i) => {
    if (i && level > levels[i - 1] + 1) faults.push(`h${levels[i - 1]} then ${named(own[i])}`);
  });
  return faults;
}

function labels() {
  return [...document.querySelectorAll("input:not([type=hidden]), select, textarea")]
    .filter((one) => ![...(one.labels || [])].some((label) => label.textContent.trim()))
    .map(named);
}

function targets(least) {
  const inText = (one) => one.tagName === "A" && getComputedStyle(one).display === "inline" &&
    [...one.parentElement.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
  return [...document.querySelectorAll("a[href], button, summary, input:not([type=hidden]), select, textarea")]
    .filter((one) => seen(one) && !inText(one) && !one.matches(".skip"))
    .map((one) => {
      const label = one.matches("[type=radio], [type=checkbox]") && one.closest("label");
      const box = (label || one).getBoundingClientRect();
      return [one, Math.round(box.width * 10) / 10, Math.round(box.height * 10) / 10];
    })
    .filter(([, width, height]) => width < least || height < least)
    .map(([one, width, height]) => `${named(one)}: ${width} x ${height}`);
}

function sideways() {
  const room = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= room) return [];
  const wide = [...document.querySelectorAll("main *")]
    .filter((one) => one.getBoundingClientRect().right > room + 1);
  return [`${document.documentElement.scrollWidth} of ${room}: ${wide.length ? named(wide[wide.length - 1]) : ""}`];
}

function stops() {
  const all = [...document.querySelectorAll(
    "a[href], button, summary, input:not([type=hidden]), select, textarea, iframe, [tabindex='0']")]
    .filter((one) => one.checkVisibility() && !one.disabled);
  // Of a group of radio buttons Tab reaches the chosen one, or the first.
  return all.filter((one) => {
    if (one.type !== "radio") return true;
    const group = all.filter((other) => other.type === "radio" && other.name === one.name && other.form === one.form);
    return one === (group.find((other) => other.checked) || group[0]);
  });
}

function place(element) {
  return `${[...document.querySelectorAll("*")].indexOf(element)} ${named(element)}`;
}

function tabbable() {
  return stops().map(place);
}

function focus() {
  const here = document.activeElement;
  if (!here || here === document.body) return ["", ""];
  const style = getComputedStyle(here);
  const box = here.getBoundingClientRect();
  let fault = "";
  if (here.tagName === "IFRAME") return [place(here), ""];  // what is in it shows where one is
  if (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2) fault = `no outline: ${named(here)}`;
  else if (box.bottom < 0 || box.top > innerHeight) fault = `out of sight: ${named(here)}`;
  else if (here.tabIndex > 0) fault = `an order of its own: ${named(here)}`;
  return [place(here), fault];
}
