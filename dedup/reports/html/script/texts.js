// Texts beside each other, and articles with their cuts.

// The passages of one text. `side`: left or right; `label`: whose they are.
function passages(parts, side, label) {
  const cell = make("div", `cell ${side}`, make("span", "whose", `${label}: `));
  for (const passage of parts) {
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
  if (!parts.length) cell.append(make("p", "note", "–"));
  return cell;
}

// Two texts in rows. `left`, `right`: what they are called.
function sideBySide(pair, left, right) {
  const key = make("p", "key", make("mark", "gone", `only in the ${left.toLowerCase()} one`), " ",
    make("mark", "new", `only in the ${right.toLowerCase()} one`), " The rest is in both.");
  const grid = make("div", "side-by-side", make("div", "head left", left), make("div", "head right", right));
  for (const row of pair.rows) {
    if (typeof row === "string") grid.append(make("div", "across", row));
    else grid.append(passages(row[0], "left", left), passages(row[1], "right", right));
  }
  if (pair.more) grid.append(make("div", "across", `… ${count(pair.more, "more row")} not shown …`));
  return make("div", "", key, grid);
}

const LOST = 4; // paragraphs that are shown at once

// The paragraphs that the kept article lacks: those that it has nothing of, then those that it has a part of.
function losses(page, pair) {
  const whole = pair.lost.filter(([, covered]) => covered === "0.0%").map(([text]) => outside("p", "", text));
  const part = pair.lost.filter(([, covered]) => covered !== "0.0%")
    .map(([text, covered]) => make("p", "", make("b", "", `${covered} kept: `), outside("span", "", text)));
  const [gone, partly] = page.tags ? ["Only here", "In part only here"] : ["Lost", "Lost in part"];
  return [
    lostBlock(`${gone}: the kept article has nothing of ${these(whole.length)}.`, whole),
    lostBlock(`${partly}: the kept article has some of ${these(part.length)}.`, part),
  ].filter(Boolean);
}

function these(number) {
  return number === 1 ? "this paragraph" : `these ${number.toLocaleString("en")} paragraphs`;
}

function lostBlock(title, paragraphs) {
  if (!paragraphs.length) return null;
  const rest = paragraphs.slice(LOST);
  const more = rest.length
    ? make("details", "numbers", make("summary", "", `and ${count(rest.length, "more paragraph")}`), ...rest) : null;
  return make("div", "lost", make("p", "hint", title), ...paragraphs.slice(0, LOST), more);
}

// What is shown where a text is not on the page. `made`: the command that shows it.
function elsewhere(made) {
  return make("div", "", make("p", "hint", "Its text is not on this page. To see it:"), command(made));
}

// A command with names filled in where it has \0.
function filled(text, names) {
  const words = names.map((name) => (/^[\w@%+=:,./-]+$/.test(name) ? name : `'${name.replaceAll("'", "'\"'\"'")}'`));
  const [before, after] = text.split("\0");
  return before + words.join(" ") + after;
}

function stretch(kinds) {
  return ([kind, text, number]) => {
    if (kind === 0) return text;
    if (kind === 3) return make("span", "note", text);
    if (kind === 2) return make("span", "", make("sup", "", `=${number}`), outside("mark", "origin", text));
    return make("span", "", make("sup", "", `${number} ${kinds[number - 1] || "cut"}`), outside("del", "", text));
  };
}

// An article with its cuts, and why each of them was made.
function cutArticle(data) {
  const kinds = data.repeats.map((one) => one[0]);
  const key = make("p", "key", make("del", "", "cut"), " ", make("mark", "origin", "what it repeats, which stays"));
  const text = outside("div", "article", "");
  text.append(...data.text.map(stretch(kinds)));
  const heads = [["no.", "num"], ["kind", ""], ["similar", "num"], ["likely error", "num"], ["why", "wide"]];
  const rows = data.repeats.map((one, i) => [String(i + 1), ...one]);
  const inside = make("div", "", key, text, table(heads, rows, "What was cut, and why"));
  if (data.more) inside.append(make("p", "hint", `and ${count(data.more, "more repeat")}`));
  return inside;
}
