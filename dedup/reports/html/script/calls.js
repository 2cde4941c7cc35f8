// Articles that are kept although they match another kept one: they differ in facts.

function readCalls() {
  return (read("all-calls") || []).map(([row, other, jaccard, covered, by, reason]) =>
    ({ row, other, jaccard, covered, by, reason }));
}

function rowsOfCall(call) {
  return [call.row, call.other];
}

function showCalls(page) {
  const calls = readCalls();
  list("calls", calls, {
    noun: "article",
    entry: (call) => callEntry(page, call),
    text: (call) => [...rowsOfCall(call).map((row) => textOf(documents.get(row))), call.reason].join("\n"),
    filters: {
      by: (call, value) => call.by === value,
      site: (call, value) => rowsOfCall(call).some((row) => isOnSite(row, value)),
    },
    orders: {
      "": (a, b) => b.jaccard - a.jaccard,
      name: (a, b) => byTitle(documents.get(a.row), documents.get(b.row)),
    },
    choices: { site: () => siteChoices(calls, rowsOfCall) },
    more: () => "",
  });
}

function callEntry(page, call) {
  const [one, other] = rowsOfCall(call).map((row) => documents.get(row));
  const who = make("span", "who", outside("bdi", one.title ? "title" : "title first-words", titleOf(one)),
    facts(one, false), outside("span", "reason", call.reason));
  const figures = make("span", "figures", make("span", "", `Jaccard ${thousandths(call.jaccard)}`),
    make("span", "dim", `differs in ${call.by === "title" ? "its title" : call.by}`));
  return opening("entry plain", make("summary", "", who, figures), () => {
    const pair = read(`call-${call.row}`);
    const texts = pair ? sideBySide(pair, "First", "Second") : elsewhere(filled(page.compare, [called(one), called(other)]));
    return make("div", "inside", heading(one, "First", "kept"), heading(other, "Second", "kept"), texts);
  });
}
