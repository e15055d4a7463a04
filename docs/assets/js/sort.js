// Tables marked lm-sortable sort by any column: a click on a heading sorts, a second click turns the order round.
// Without this script the tables stand in the order of the records.
for (const table of document.querySelectorAll("table.lm-sortable")) {
  const rows = [...table.tBodies[0].rows];
  const headings = [...table.tHead.rows[0].cells];
  const key = (row, column) => {
    const cell = row.cells[column], figure = cell.querySelector("data");
    return figure ? Number(figure.value) : cell.textContent.trim().toLowerCase();
  };
  headings.forEach((heading, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "lm-sort";
    button.append(...heading.childNodes);
    heading.append(button);
    button.addEventListener("click", () => {
      const down = heading.getAttribute("aria-sort") === "ascending";
      headings.forEach(other => other.removeAttribute("aria-sort"));
      heading.setAttribute("aria-sort", down ? "descending" : "ascending");
      // Numbers before words, so that cells without a figure gather at the end.
      const compare = (a, b) => typeof a === typeof b ? (a < b ? -1 : a > b ? 1 : 0) : typeof a === "number" ? -1 : 1;
      rows.sort((a, b) => {
        const x = key(a, column), y = key(b, column), order = compare(x, y);
        return typeof x === typeof y && down ? -order : order;
      });
      table.tBodies[0].append(...rows);
    });
  });
}
