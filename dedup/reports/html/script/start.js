// Lists are made from data in the page; what an entry has inside is made when it is opened.

function start() {
  const page = read("about-page");
  documents.read();
  recall(page);
  for (const made of document.querySelectorAll("[data-copy]")) copies(made, () => made.dataset.copy);
  if (document.getElementById("groups-list")) showGroups(page);
  showArticles(page);
  showCalls(page);
  wireKeeping();
  wireLinks();
}
