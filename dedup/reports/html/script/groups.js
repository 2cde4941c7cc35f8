// Groups of near-duplicates.

function readGroups() {
  return (read("all-groups") || []).map(([keeper, why, unlike, dropped]) => {
    const members = dropped.map(([row, jaccard, covered, paragraphs, characters, rule, close]) =>
      ({ row, jaccard, covered, paragraphs, characters, rule: String(rule), close }));
    const covered = members.map((one) => one.covered);
    const jaccards = members.map((one) => one.jaccard);
    return {
      keeper, why, unlike, members,
      close: members.some((one) => one.close),
      lost: 1000 - Math.min(...covered),
      lowest: Math.min(...jaccards),
      highest: Math.max(...jaccards),
    };
  });
}

function rowsOfGroup(group) {
  return [group.keeper, ...group.members.map((one) => one.row)];
}

const RULES = ["The same words", "Similar", "Contained in the kept one", "With clutter"];

function thousandths(value) {
  return (value / 1000).toFixed(3);
}

function share(value) {
  return `${(value / 10).toFixed(1)}%`;
}

// Close calls first, then groups whose members look unlike each other, then by what is lost.
function byRisk(a, b) {
  return b.close - a.close || b.unlike - a.unlike || b.lost - a.lost || a.lowest - b.lowest;
}

function showGroups(page) {
  const groups = readGroups();
  const shows = {
    close: (group) => group.close,
    unlike: (group) => group.unlike,
    lost: (group) => group.lost > 0,
    whole: (group) => group.lost === 0,
  };
  list("groups", groups, {
    noun: "group",
    entry: (group) => groupEntry(page, group),
    text: (group) => rowsOfGroup(group).map((row) => textOf(documents.get(row))).join("\n"),
    filters: {
      show: (group, value) => shows[value](group),
      rule: (group, value) => group.members.some((one) => one.rule === value),
      site: (group, value) => rowsOfGroup(group).some((row) => isOnSite(row, value)),
    },
    orders: {
      "": byRisk,
      size: (a, b) => b.members.length - a.members.length || a.keeper - b.keeper,
      least: (a, b) => a.lowest - b.lowest,
      lost: (a, b) => b.lost - a.lost,
      name: (a, b) => byTitle(documents.get(a.keeper), documents.get(b.keeper)),
    },
    choices: { site: () => siteChoices(groups, rowsOfGroup) },
    more: (shown) => `, ${count(shown.reduce((sum, group) => sum + group.members.length, 0), `${page.fate} article`)}`,
  });
  if (lists.groups) for (const chart of document.querySelectorAll(".chart")) wireChart(chart);
}

function lossOf(page, one) {
  const verb = page.tags ? "has alone" : "loses";
  if (one.paragraphs) return `${verb} ${count(one.paragraphs, "paragraph")} (${count(one.characters, "character")})`;
  return one.covered === 1000 ? `${verb} nothing` : `${verb} no whole paragraph`;
}

function groupEntry(page, group) {
  const keeper = documents.get(group.keeper);
  const who = make("span", "who");
  if (group.close) who.append(make("span", "flag", "close call"), " ");
  if (group.unlike) who.append(make("span", "flag", "members look unlike"), " ");
  who.append(outside("bdi", keeper.title ? "title" : "title first-words", titleOf(keeper)), facts(keeper, false));
  const size = make("span", "big", String(group.members.length + 1), hidden(" articles; kept: "));
  const jaccard = group.lowest === group.highest ? thousandths(group.lowest)
    : `${thousandths(group.lowest)} to ${thousandths(group.highest)}`;
  const lost = group.lost ? `${page.tags ? "has alone" : "loses"} up to ${share(group.lost)}`
    : `${page.tags ? "has alone" : "loses"} nothing`;
  const figures = make("span", "figures", make("span", "", `Jaccard ${jaccard}`), make("span", "dim", lost));
  return opening("entry", make("summary", "", size, who, figures), () => {
    const entries = make("div", "members");
    stepwise(entries, group.members, (one) => member(page, group, one), `${page.fate} article`);
    const first = entries.querySelector("details");
    if (first) first.open = true;
    const kept = heading(keeper, "Kept", "kept");
    if (group.why) kept.append(make("span", "why", group.why));
    return make("div", "inside", kept, entries);
  });
}

function member(page, group, one) {
  const dropped = documents.get(one.row);
  const word = page.tags ? "Tagged" : "Dropped";
  const head = heading(dropped, word, "dropped");
  head.append(keepBoth(dropped, documents.get(group.keeper)));
  const numbers = `${share(one.covered)} of it is in the kept one (Jaccard ${thousandths(one.jaccard)}). It ${lossOf(page, one)}.`;
  const figures = make("p", "numbers-line", make("b", "", `${RULES[one.rule]}.`), ` ${numbers}`);
  if (one.close) figures.prepend(make("span", "flag", "close call"), " ");
  const texts = opening("one", make("summary", "", "Compare the texts", hidden(` of ${dropped.name}`)), () => {
    const pair = read(`pair-${one.row}`);
    if (!pair) return elsewhere(filled(page.compare, [called(dropped), called(documents.get(group.keeper))]));
    return make("div", "", ...losses(page, pair), sideBySide(pair, word, "Kept"));
  });
  return make("div", "member", head, figures, texts);
}

// The bars of a chart choose groups by their similarities. The arrow keys move from bar to bar.
function wireChart(chart) {
  const { measure } = chart.dataset;
  const valueOf = measure === "jaccard" ? (one) => one.jaccard : (one) => one.covered;
  const bars = [...chart.querySelectorAll("button")];
  const press = (bar, isPressed) => {
    for (const other of bars) other.setAttribute("aria-pressed", String(isPressed && other === bar));
    const [low, high] = [Number(bar.dataset.low), Number(bar.dataset.high)];
    if (!isPressed) lists.groups.ranges.delete(measure);
    else lists.groups.ranges.set(measure, (group) => group.members.some((one) => low <= valueOf(one) && valueOf(one) < high));
  };
  const limit = chart.querySelector(".limit-name");
  if (limit) limit.style.left = `${limit.dataset.place}%`;
  const plotted = bars.filter((bar) => bar.classList.contains("bar"));
  for (const bar of bars) {
    bar.disabled = false;
    bar.title = bar.getAttribute("aria-label") || "";
    bar.addEventListener("click", () => {
      press(bar, bar.getAttribute("aria-pressed") !== "true");
      lists.groups.show();
    });
  }
  plotted.forEach((bar, i) => {
    bar.tabIndex = i ? -1 : 0;
    bar.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      const next = step && plotted[i + step];
      if (!next) return;
      event.preventDefault();
      for (const other of plotted) other.tabIndex = other === next ? 0 : -1;
      next.focus();
    });
  });
  lists.groups.host.addEventListener("cleared", () => {
    for (const bar of bars) bar.setAttribute("aria-pressed", "false");
  });
}
