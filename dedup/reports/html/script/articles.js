// Articles with cuts.

function readArticles() {
  return (read("all-articles") || []).map(([row, decision, repeats, cut, part, least, kinds]) =>
    ({ row, decision, repeats, cut, part, least, kinds }));
}

function showArticles(page) {
  const articles = readArticles();
  const kinds = new Map();
  for (const article of articles) for (const kind of article.kinds) kinds.set(kind, (kinds.get(kind) || 0) + 1);
  list("articles", articles, {
    noun: "article",
    entry: (article) => articleEntry(page, article),
    text: (article) => [textOf(documents.get(article.row)), ...article.kinds].join("\n"),
    filters: {
      kind: (article, value) => article.kinds.includes(value),
      site: (article, value) => isOnSite(article.row, value),
    },
    orders: {
      "": (a, b) => certainty(a) - certainty(b) || b.cut - a.cut,
      cut: (a, b) => b.cut - a.cut,
      share: (a, b) => b.part - a.part,
      name: (a, b) => byTitle(documents.get(a.row), documents.get(b.row)),
    },
    choices: {
      kind: () => [...kinds].sort((a, b) => b[1] - a[1]).map(([kind, number]) => [kind, `${kind} (${number.toLocaleString("en")})`]),
      site: () => siteChoices(articles, (article) => [article.row]),
    },
    more: (shown) => `, ${count(shown.reduce((sum, one) => sum + one.cut, 0), "character")} cut`,
  });
}

function certainty(article) {
  return article.least < 0 ? 1001 : article.least;
}

function articleEntry(page, article) {
  const document_ = documents.get(article.row);
  const who = make("span", "who",
    outside("bdi", document_.title ? "title" : "title first-words", titleOf(document_)), facts(document_, false),
    make("span", "opening", `${count(article.repeats, "repeat")} cut: ${article.kinds.join(", ")}`));
  const fate = ["dropped", "tagged"].includes(article.decision) ? article.decision : "kept";
  const certain = article.least < 0 ? "" : `, least certain cut: ${Math.floor(article.least / 10)}%`;
  const figures = make("span", "figures", make("span", "", `${share(article.part)} of the text`),
    make("span", "dim", `${fate}${certain}`));
  const size = make("span", "big", article.cut.toLocaleString("en"), hidden(" characters cut of "));
  return opening("entry wide", make("summary", "", size, who, figures), () => {
    const data = read(`article-${article.row}`);
    const head = heading(document_, fate[0].toUpperCase() + fate.slice(1), fate === "kept" ? "kept" : "dropped");
    return make("div", "inside", head, data ? cutArticle(data) : elsewhere(filled(page.repeats, [called(document_)])));
  });
}
