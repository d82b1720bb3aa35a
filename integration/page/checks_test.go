package page_test

// The checks run in the page. Each returns what is wrong, a line for each element.

// named describes an element.
const named = `const named = e => e.tagName + "." + (e.getAttribute("class") || "") + " " + (e.textContent || "").trim().slice(0, 50);
`

const tooWide = `() => {
	` + named + `
	const width = document.documentElement.clientWidth, wrong = [];
	if (document.documentElement.scrollWidth > width) wrong.push("the page: " + document.documentElement.scrollWidth + " of " + width);
	for (const e of document.querySelectorAll("body *")) {
		const box = e.getBoundingClientRect();
		if (e.closest(".hidden, .skip, .scroll, details:not([open]) > :not(summary)")) continue;
		if (box.width > 0 && (box.right > width + 1 || box.left < -1) && !e.closest("svg svg")) wrong.push(named(e) + ": " + box.left + " to " + box.right);
	}
	return wrong;
}`

// texts lists the elements that show text of their own.
const texts = `const texts = () => [...document.querySelectorAll("body *")].filter(e => {
		if (!e.checkVisibility() || e.closest(".hidden, .skip")) return false;
		return [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim() !== "");
	});
`

const tooSmall = `() => {
	` + named + texts + `
	return texts().filter(e => parseFloat(getComputedStyle(e).fontSize) < 12).map(e => named(e) + ": " + getComputedStyle(e).fontSize);
}`

// cutOff finds text that does not fit into its element. Bands of the week may cut their labels: the table has them in full.
const cutOff = `() => {
	` + named + texts + `
	return texts().filter(e => !e.closest("svg") && e.clientWidth > 0 && e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== "inline")
		.map(e => named(e) + ": " + e.scrollWidth + " of " + e.clientWidth);
}`

// lowContrast computes the contrast of each text by WCAG 2: at least 4.5 to 1, or 3 to 1 for large text.
const lowContrast = `() => {
	` + named + texts + `
	const parse = color => { const n = color.match(/[\d.]+/g).map(Number); return {r: n[0], g: n[1], b: n[2], a: n.length > 3 ? n[3] : 1}; };
	const channel = c => { c /= 255; return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; };
	const luminance = c => 0.2126 * channel(c.r) + 0.7152 * channel(c.g) + 0.0722 * channel(c.b);
	const contrast = (a, b) => { const [x, y] = [luminance(a), luminance(b)].sort((p, q) => q - p); return (x + 0.05) / (y + 0.05); };
	const behind = e => {
		const rect = e.namespaceURI.endsWith("svg") && e.parentNode.querySelector(":scope > rect[width='100%']");
		if (rect) return parse(getComputedStyle(rect).fill);
		for (; e; e = e.parentElement) {
			const c = parse(getComputedStyle(e).backgroundColor);
			if (c.a > 0) return c;
		}
		return parse("rgb(255,255,255)");
	};
	const wrong = [];
	for (const e of texts()) {
		const style = getComputedStyle(e), size = parseFloat(style.fontSize);
		const ink = parse(e.namespaceURI.endsWith("svg") ? style.fill : style.color);
		const least = size >= 24 || size >= 18.66 && style.fontWeight >= 700 ? 3 : 4.5;
		const found = contrast(ink, behind(e));
		if (found < least) wrong.push(named(e) + ": " + found.toFixed(2));
	}
	return wrong;
}`

const outline = `() => {
	const wrong = [];
	if (document.documentElement.lang !== "en") wrong.push("the page has no language");
	let level = 0;
	for (const h of document.querySelectorAll("h1, h2, h3, h4")) {
		const next = Number(h.tagName[1]);
		if (next > level + 1) wrong.push("the heading " + h.textContent + " skips a level");
		level = next;
	}
	if (document.querySelectorAll("h1").length !== 1) wrong.push("the page has not one h1");
	for (const t of document.querySelectorAll("table")) {
		if (!t.caption || !t.caption.textContent.trim()) wrong.push("a table has no caption: " + t.textContent.trim().slice(0, 40));
		if (!t.querySelector("th[scope]")) wrong.push("a table has no headings: " + t.textContent.trim().slice(0, 40));
	}
	for (const s of document.querySelectorAll("svg")) {
		if (!s.closest("[aria-hidden=true]") && s.getAttribute("role") !== "img") wrong.push("a drawing is neither hidden nor described");
	}
	for (const s of document.querySelectorAll("section")) {
		if (!document.getElementById(s.getAttribute("aria-labelledby"))) wrong.push("a section has no name");
	}
	const ids = [...document.querySelectorAll("[id]")].map(e => e.id);
	if (new Set(ids).size !== ids.length) wrong.push("an id comes twice");
	return wrong;
}`
