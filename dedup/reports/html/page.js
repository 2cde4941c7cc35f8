"use strict";
// Lists of groups and of cut articles: filtered, sorted, a few at a time. The content of an entry is made when it
// is opened. All text from outside is inserted as text.
(() => {
  const STEP = 50;

  const read = (id) => {
    const element = document.getElementById(id);
    return element ? JSON.parse(element.textContent) : null;
  };

  const make = (tag, name, ...children) => {
    const made = document.createElement(tag);
    if (name) made.className = name;
    made.append(...children.filter((child) => child !== null && child !== ""));
    return made;
  };

  const outside = (tag, name, text) => {
    const made = make(tag, name, text);
    made.dir = "auto";
    return made;
  };

  const count = (number, one) => `${number.toLocaleString("en")} ${one}${number === 1 ? "" : "s"}`;

  // A <details> element whose content is made when it is first opened.
  const opening = (name, summary, content) => {
    const made = make("details", name, summary);
    made.addEventListener("toggle", () => {
      if (made.open && !made.filled) {
        made.filled = true;
        made.append(content());
      }
    });
    return made;
  };

  // Fill `place` with the entries of `items`, STEP at a time.
  const stepwise = (place, items, entry, noun) => {
    let shown = 0;
    const more = make("button");
    more.type = "button";
    const step = (focus) => {
      const made = items.slice(shown, shown + STEP).map(entry);
      more.before(...made);
      shown += made.length;
      more.hidden = shown >= items.length;
      more.textContent = `Show ${Math.min(STEP, items.length - shown)} more of ${count(items.length, noun)}`;
      if (focus && made.length) made[0].querySelector("summary").focus();
    };
    more.addEventListener("click", () => step(true));
    place.replaceChildren(more);
    step(false);
  };

  // A list with its filter and its orders. `textOf`: the text of an item that is searched; `orders`: by name, how two
  // items compare.
  const list = (key, items, textOf, orders, entry, noun) => {
    const host = document.getElementById(key);
    const filter = host.querySelector("input");
    const order = host.querySelector("select");
    const shown = host.querySelector(".count");
    const place = host.querySelector(".entries");
    const texts = items.map((item) => textOf(item).toLowerCase());
    const show = () => {
      const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
      const matching = items.filter((_, i) => words.every((word) => texts[i].includes(word)));
      const by = orders[order.value];
      if (by) matching.sort(by);
      shown.textContent = matching.length === items.length ? count(items.length, noun)
        : `${matching.length.toLocaleString("en")} of ${count(items.length, noun)}`;
      stepwise(place, matching, entry, noun);
    };
    let waiting = 0;
    filter.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(show, 120);
    });
    order.addEventListener("change", show);
    host.hidden = false;
    show();
  };

  const called = (name, where) => [outside("bdi", "name", name), outside("bdi", "dim", where)];

  const passages = (some, side) => {
    const cell = make("div", `cell ${side}`);
    for (const passage of some) {
      if (typeof passage === "string") {
        cell.append(make("p", "note", passage));
        continue;
      }
      const [moved, ...pieces] = passage;
      const shown = outside("p", "", "");
      if (moved) shown.append(make("span", "note", `[${moved}] `));
      for (const [kind, text] of pieces) {
        if (kind === 1) shown.append(make("mark", side === "left" ? "gone" : "new", text));
        else shown.append(kind === 2 ? make("span", "note", text) : text);
      }
      cell.append(shown);
    }
    return cell;
  };

  const sideBySide = (page, pair) => {
    const title = page.tags ? "Tagged" : "Dropped";
    const grid = make("div", "side-by-side", make("div", "title", title), make("div", "title", "Kept"));
    for (const row of pair.rows) {
      if (typeof row === "string") grid.append(make("div", "across", row));
      else grid.append(passages(row[0], "left"), passages(row[1], "right"));
    }
    if (pair.more) grid.append(make("div", "across", `… ${count(pair.more, "more row")} not shown …`));
    return grid;
  };

  const losses = (page, pair) => pair.lost.map(([text, covered]) => make("div", "lost",
    make("p", "hint", `${page.tags ? "Only here" : "Lost"}: the kept article has ${covered} of this paragraph.`),
    outside("p", "", text)));

  const why = (page, jaccard, covered) => {
    const numbers = `Jaccard with the kept article: ${jaccard}; ${covered} of this one is in it. `;
    return make("p", "hint", numbers, page.deciding);
  };

  // The boxes that are ticked, by row: the lines of a file for --never-drop that keep both articles.
  const ticked = new Map();
  const kept = () => [...new Set([...ticked.values()].flat())].map((line) => `${line}\n`);

  const showTicked = () => {
    const host = document.getElementById("keep-both");
    const lines = kept();
    host.hidden = !lines.length;
    host.querySelector("textarea").value = lines.join("");
    host.querySelector("[role=status]").textContent = lines.length ? `${count(lines.length, "article")} to keep` : "";
  };

  const save = () => {
    const link = make("a");
    link.href = URL.createObjectURL(new Blob(kept(), { type: "text/plain" }));
    link.download = "keep.txt";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  };

  const keepBoth = (row, name, lines) => {
    const box = make("input");
    box.type = "checkbox";
    box.checked = ticked.has(row);
    box.addEventListener("change", () => {
      if (box.checked) ticked.set(row, lines.filter(Boolean));
      else ticked.delete(row);
      showTicked();
    });
    return make("label", "keep", box, "keep both", make("span", "hidden", ": "), outside("bdi", "hidden", name));
  };

  const member = (page, group) => (dropped) => make("div", "member",
    keepBoth(dropped[0], dropped[1], [dropped[8], group[7]]), details(page, group, dropped));

  const details = (page, group, [row, name, where, jaccard, covered, , paragraphs, characters]) => {
    const verb = page.tags ? "has alone" : "loses";
    const lost = paragraphs ? `${verb} ${count(paragraphs, "paragraph")}, ${count(characters, "character")}`
      : `${verb} no complete paragraph`;
    const figures = make("span", "figures", `Jaccard ${jaccard}, ${covered} in the kept article, ${lost}`);
    return opening("one", make("summary", "", ...called(name, where), figures), () => {
      const inside = make("div", "", why(page, jaccard, covered));
      const pair = read(`pair-${row}`);
      if (!pair) {
        inside.append(make("p", "hint", "Its text is not on this page. To see it: ",
          outside("code", "", `dedup compare ${page.quoted(name)} ${page.quoted(group[0])} --in INPUT`)));
        return inside;
      }
      const key = make("p", "key", make("mark", "gone", `only in the ${page.fate} article`), " ",
        make("mark", "new", "only in the kept article"), " the rest is in both");
      inside.append(...losses(page, pair), key, sideBySide(page, pair));
      return inside;
    });
  };

  const group = (page) => (data) => {
    const [name, where, begins, jaccard, , flags, dropped] = data;
    const who = make("span", "who", ...called(name, where));
    for (const flag of flags) who.append(make("span", "flag", flag));
    if (begins) who.append(outside("span", "opening", begins));
    const size = make("span", "big", String(dropped.length + 1), make("span", "hidden", " articles: kept is "));
    const lost = Math.max(...dropped.map((one) => one[5]));
    const verb = page.tags ? "has alone" : "loses";
    const loss = lost ? `${verb} up to ${(100 * lost).toFixed(1)}%` : `${verb} nothing`;
    const figures = make("span", "figures", make("span", "", `Jaccard ${jaccard}`), make("span", "dim", loss));
    return opening("entry", make("summary", "", size, who, figures), () => {
      const entries = make("div");
      stepwise(entries, dropped, member(page, data), `${page.fate} article`);
      const first = entries.querySelector("details");
      if (first) first.open = true;
      return make("div", "inside", make("p", "", "Kept: ", ...called(name, where)), entries);
    });
  };

  const stretch = (kinds) => ([kind, text, number]) => {
    if (kind === 0) return text;
    if (kind === 3) return make("span", "note", text);
    const label = kind === 1 ? `${number} ${kinds[number - 1] || "cut"}` : `=${number}`;
    return make("span", "", make("sup", "", label), outside(kind === 1 ? "del" : "mark", kind === 1 ? "" : "origin", text));
  };

  const table = (heads, rows) => {
    const head = make("tr", "", ...heads.map(([text, side]) => {
      const cell = make("th", side, text);
      cell.scope = "col";
      return cell;
    }));
    const body = rows.map((row) => make("tr", "", ...row.map((text, i) => make("td", heads[i][1], text))));
    const scroll = make("div", "scroll", make("table", "", make("thead", "", head), make("tbody", "", ...body)));
    scroll.tabIndex = 0;
    scroll.setAttribute("role", "group");
    scroll.setAttribute("aria-label", "What was cut, and why");
    return scroll;
  };

  const article = (page) => ([row, name, where, decision, repeats, cut, , share, kinds]) => {
    const who = make("span", "who", ...called(name, where),
      make("span", "opening", `${count(repeats, "repeat")} cut: ${kinds.join(", ")}`));
    const figures = make("span", "figures", make("span", "", `${share} of the text`),
      make("span", "dim", ["dropped", "tagged"].includes(decision) ? decision : "kept"));
    const size = make("span", "big", cut.toLocaleString("en"), make("span", "hidden", " characters cut of "));
    return opening("entry wide", make("summary", "", size, who, figures), () => {
      const data = read(`article-${row}`);
      if (!data) {
        return make("div", "inside", make("p", "hint", "Its text is not on this page. To see it: ",
          outside("code", "", `dedup repeats INPUT --id ${page.quoted(name)}`)));
      }
      const names = data.repeats.map((one) => one[0]);
      const key = make("p", "key", make("del", "", "cut"), " ", make("mark", "origin", "what it repeats, which stays"));
      const text = outside("div", "article", "");
      text.append(...data.text.map(stretch(names)));
      const heads = [["no.", "num"], ["kind", ""], ["similar", "num"], ["likely error", "num"], ["evidence", "wide"]];
      const inside = make("div", "inside", key, text, table(heads, data.repeats.map((one, i) => [String(i + 1), ...one])));
      if (data.more) inside.append(make("p", "hint", `and ${count(data.more, "more repeat")}`));
      return inside;
    });
  };

  const page = read("about-page");
  page.tags = page.fate === "tagged";
  page.quoted = (text) => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\"'\"'")}'`);
  const groups = read("all-groups");
  if (groups && groups.length) {
    const textOf = ([name, where, begins, , , flags, dropped]) =>
      [name, where, begins, ...flags, ...dropped.flatMap((one) => [one[1], one[2]])].join("\n");
    const lost = (data) => Math.max(...data[6].map((one) => one[5]));
    document.querySelector("#keep-both button").addEventListener("click", save);
    list("groups-list", groups, textOf, {
      least: (a, b) => a[4] - b[4],
      lost: (a, b) => lost(b) - lost(a),
      name: (a, b) => a[0].localeCompare(b[0], "en", { numeric: true }),
    }, group(page), "group");
  }
  const articles = read("all-articles");
  if (articles && articles.length) {
    list("articles-list", articles, (one) => [one[1], one[2], one[3], ...one[8]].join("\n"), {
      share: (a, b) => b[6] - a[6],
      name: (a, b) => a[1].localeCompare(b[1], "en", { numeric: true }),
    }, article(page), "article");
  }
})();
