// The page of a diff: markup, style and script as text, the data behind them as JSON.
//
// Everything a recording or a rule can name reaches the page as text of a node, never as markup; in
// the data "<" is written as an escape, so that it cannot end the script.
#include "cli/diff_page.hpp"

#include "cli/diff_text.hpp"

namespace petrel::core {
namespace {

constexpr const char* kPageHead = R"page(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>What a rule edit changes</title>
<style>
:root { color-scheme: light dark; --same: #9aa4ad; --added: #2e9e5b; --removed: #d1443c;
  --moved: #d18f1e; --rescored: #2f7fd1; --rereasoned: #8a5cd1; --delivered: #c0508f;
  --line: #8884; }
body { font: 15px/1.45 system-ui, sans-serif; margin: 1.5rem auto; max-width: 76rem;
  padding: 0 1rem; }
h1 { font-size: 1.25rem; margin: 0 0 .2rem; } h1 code { font-size: 1.1rem; }
.quiet { opacity: .75; } code, td.number { font-family: ui-monospace, monospace; }
#counts button { font: inherit; border: 1px solid var(--line); border-radius: 1rem;
  background: none; color: inherit; padding: .15rem .8rem; margin: .3rem .3rem .3rem 0;
  cursor: pointer; }
#counts button[aria-pressed=false] { opacity: .4; }
.dot { display: inline-block; width: .7em; height: .7em; border-radius: 50%; margin-right: .4em; }
svg { width: 100%; border: 1px solid var(--line); border-radius: .4rem; }
svg text { font: 11px ui-monospace, monospace; fill: currentColor; }
svg line { stroke: var(--line); } svg .mark { cursor: pointer; stroke: Canvas; stroke-width: 1; }
svg .mark.chosen { stroke: currentColor; stroke-width: 2.5; }
table { border-collapse: collapse; width: 100%; margin-top: 1rem; }
th, td { text-align: left; padding: .25rem .6rem .25rem 0; border-bottom: 1px solid var(--line);
  vertical-align: top; } td.number { text-align: right; } tr.story { cursor: pointer; }
tr.chosen { background: #8882; } .views { display: grid; grid-template-columns: 1fr 1fr;
  gap: 1rem; } dl { display: grid; grid-template-columns: auto 1fr; gap: 0 .8rem; margin: 0; }
dd { margin: 0; } .differs { font-weight: 600; }
</style>
</head>
<body>
<h1>What <code id="after"></code> changes against <code id="before"></code></h1>
<p class="quiet" id="span"></p>
<div id="counts" role="group" aria-label="Which stories are shown"></div>
<svg id="line" role="img" aria-label="Signals over time"></svg>
<table id="channels"></table>
<table><thead><tr><th>Time (UTC)</th><th>Change</th><th>Symbol</th><th>Type</th><th>Side</th>
<th>Before</th><th>After</th></tr></thead><tbody id="rows"></tbody></table>
<script type="application/json" id="data">)page";

constexpr const char* kPageScript = R"page(</script>
<script>
"use strict";
const data = JSON.parse(document.getElementById("data").textContent);
const kinds = ["added", "removed", "moved", "rescored", "rereasoned", "delivered", "same"];
const shown = new Set(kinds.filter(kind => kind !== "same"));
let chosen = null;
const find = id => document.getElementById(id);
const make = (name, text, style) => {
  const node = document.createElement(name);
  if (text !== undefined) node.textContent = text;
  if (style) node.className = style;
  return node;
};
const drawn = (name, attributes, text) => {
  const node = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const key in attributes) node.setAttribute(key, attributes[key]);
  if (text !== undefined) node.textContent = text;
  return node;
};
const time = ns => new Date(ns / 1e6).toISOString().replace("T", " ").slice(0, 23);
const colour = kind => "var(--" + kind + ")";
const figure = value => (Math.round(value * 1e4) / 1e4).toString();
const first = story => (story.before || story.after).ts_ns;
const delivered = new Map();
for (const change of data.deliveries.changed) {
  delivered.set(change.id, [...(delivered.get(change.id) || []), change]);
}
const kindOf = story => story.change === "same" && delivered.has(story.id) ? "delivered" :
  story.change;
const countOf = kind => data.stories.filter(story => kindOf(story) === kind).length;
const visible = () => data.stories.filter(story => shown.has(kindOf(story)));

function counts() {
  find("counts").replaceChildren(...kinds.map(kind => {
    const button = make("button");
    const dot = make("span", undefined, "dot");
    dot.style.background = colour(kind);
    button.append(dot, kind + " " + countOf(kind));
    button.setAttribute("aria-pressed", shown.has(kind));
    button.onclick = () => {
      if (!shown.delete(kind)) shown.add(kind);
      draw();
    };
    return button;
  }));
}

function timeline() {
  const stories = visible(), svg = find("line");
  const symbols = [...new Set(stories.map(story => story.symbol))].sort();
  const width = 1000, left = 150, row = 26, top = 22, height = top + row * symbols.length + 8;
  const begin = data.first_ns, end = Math.max(data.last_ns, begin + 1);
  const at = ns => left + 10 + (ns - begin) / (end - begin) * (width - left - 30);
  svg.setAttribute("viewBox", "0 0 " + width + " " + height);
  svg.replaceChildren();
  for (let i = 0; i <= 5; ++i) {
    const ns = begin + (end - begin) * i / 5;
    svg.append(drawn("line", { x1: at(ns), x2: at(ns), y1: top - 4, y2: height }),
      drawn("text", { x: at(ns), y: 12,
        "text-anchor": i === 0 ? "start" : i === 5 ? "end" : "middle" }, time(ns).slice(5, 19)));
  }
  symbols.forEach((symbol, i) => svg.append(drawn("text",
    { x: 6, y: top + row * i + row / 2 + 4 }, symbol)));
  for (const story of stories) {
    const y = top + row * symbols.indexOf(story.symbol) + row / 2;
    if (story.change === "moved") {
      svg.append(drawn("line", { x1: at(story.before.ts_ns), x2: at(story.after.ts_ns), y1: y,
        y2: y, style: "stroke:" + colour("moved") + ";stroke-width:3" }));
    }
    const sent = story.after && story.after.verdict === "send" ? story.after : story.before;
    const mark = drawn("circle", { cx: at(sent.ts_ns), cy: y, r: 6, fill: colour(kindOf(story)),
      class: "mark" + (story.id === chosen ? " chosen" : "") });
    mark.append(drawn("title", {}, kindOf(story) + " · " + story.type + " " + story.symbol + " " +
      story.side + " · " + time(sent.ts_ns)));
    mark.onclick = () => choose(story.id);
    svg.append(mark);
  }
}

const said = view => view === null ? "—" :
  (view.verdict === "send" ? "sent" : "held: " + view.reasons[0]) + " · " + figure(view.score);

function detail(title, view, other) {
  const box = make("div"), list = make("dl");
  box.append(make("strong", title), list);
  if (view === null) {
    box.append(make("p", "This version never spoke of it."));
    return box;
  }
  const add = (name, text, differs) => list.append(make("dt", name),
    make("dd", text, differs ? "differs" : ""));
  const word = name => add(name, view[name], other !== null && other[name] !== view[name]);
  add("verdict", view.verdict + ": " + view.reasons.join(", "),
    other !== null && other.reasons.join() !== view.reasons.join());
  add("note", view.note);
  add("time", time(view.ts_ns), other !== null && other.ts_ns !== view.ts_ns);
  add("score", figure(view.score), other !== null && other.score !== view.score);
  ["pattern", "strength", "pressure", "volatility"].forEach(word);
  for (const name in view.terms) {
    add(name, figure(view.terms[name]), other !== null && other.terms[name] !== view.terms[name]);
  }
  const known = value => value === null ? "none" : figure(value);
  for (const name of ["confidence", "health"]) {
    if (view[name] !== null || (other !== null && other[name] !== null)) {
      add(name, known(view[name]), other !== null && other[name] !== view[name]);
    }
  }
  for (const vote of view.votes) {
    const there = other === null ? undefined : other.votes.find(one => one.name === vote.name);
    add("vote " + vote.name, known(vote.value),
      other !== null && (there === undefined || there.value !== vote.value));
  }
  for (const check of view.checks) {
    const twin = other === null ? undefined : other.checks.find(one => one.name === check.name);
    add(check.name, figure(check.value) + " " + check.relation + " " + figure(check.limit) +
      (check.passed ? " passed" : " failed"), twin !== undefined && twin.passed !== check.passed);
  }
  if (view.fault) add("fault", view.fault, true);
  return box;
}

function rows() {
  find("rows").replaceChildren(...visible().flatMap(story => {
    const row = make("tr", undefined, "story" + (story.id === chosen ? " chosen" : ""));
    row.id = story.id;
    const kind = make("td"), dot = make("span", undefined, "dot");
    dot.style.background = colour(kindOf(story));
    const lag = story.later_s === 0 ? "" : ", " + Math.abs(story.later_s).toFixed(1) + " s " +
      (story.later_s < 0 ? "earlier" : "later");
    kind.append(dot, kindOf(story) + lag);
    row.append(make("td", time(first(story))), kind, make("td", story.symbol),
      make("td", story.type), make("td", story.side), make("td", said(story.before)),
      make("td", said(story.after)));
    row.onclick = () => choose(story.id);
    if (story.id !== chosen) return [row];
    const more = make("tr"), cell = make("td"), views = make("div", undefined, "views");
    cell.colSpan = 7;
    views.append(detail(data.before, story.before, story.after),
      detail(data.after, story.after, story.before));
    cell.append(make("p", story.id, "quiet"), views);
    for (const change of delivered.get(story.id) || []) {
      cell.append(make("p", change.channel + ": " + fared(change.before) + " → " +
        fared(change.after)));
    }
    more.append(cell);
    return [row, more];
  }));
}

const fared = fate => fate === null ? "not sent" : fate.fate +
  (fate.fate === "held" ? " (" + fate.reason + ")" :
    fate.waited_s === 0 ? "" : " after " + fate.waited_s.toFixed(1) + " s");

function channels() {
  const columns = ["sent", "late", "digested", "digests", "expired", "held"];
  const row = (cells, name) => {
    const line = make("tr");
    line.append(...cells.map(cell => make(name, cell)));
    return line;
  };
  const lines = data.deliveries.channels.map(channel => row([channel.name, ...columns.map(
    column => channel.before[column] + " → " + channel.after[column])], "td"));
  if (lines.length > 0) {
    find("channels").replaceChildren(row(["Channel", ...columns], "th"), ...lines);
  }
}

function choose(id) {
  chosen = chosen === id ? null : id;
  draw();
  if (chosen !== null) find(id).scrollIntoView({ block: "nearest" });
}

function draw() {
  counts();
  timeline();
  rows();
}

find("before").textContent = data.before;
find("after").textContent = data.after;
find("span").textContent = data.events.toLocaleString("en") + " events of " + data.symbols +
  " symbols, " + time(data.first_ns) + " to " + time(data.last_ns) + " UTC; " +
  data.counts.sent_before + " signals before, " + data.counts.sent_after + " after";
channels();
draw();
</script>
</body>
</html>
)page";

std::string harmless(const std::string& json) {
    std::string out;
    out.reserve(json.size());
    for (const char c : json) {
        if (c == '<') {
            out += "\\u003c";
        } else {
            out += c;
        }
    }
    return out;
}

}  // namespace

std::string diff_page(const RuleDiff& diff) {
    return kPageHead + harmless(diff_json(diff)) + kPageScript;
}

}  // namespace petrel::core
