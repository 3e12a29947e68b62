// A block of cells as the clipboard holds it: tabs between cells, lines between rows, quotes where a cell holds either.

export const toBlock = (text) => {
  const rows = [[""]];
  let isQuoted = false;
  const put = (sign) => { const row = rows[rows.length - 1]; row[row.length - 1] += sign; };
  const plain = text.replace(/\r\n?/g, "\n").replace(/\n$/, "");
  for (let n = 0; n < plain.length; n += 1) {
    const sign = plain[n];
    const row = rows[rows.length - 1];
    if (isQuoted) {
      if (sign !== '"') put(sign);
      else if (plain[n + 1] === '"') { put(sign); n += 1; } else isQuoted = false;
    } else if (sign === '"' && row[row.length - 1] === "") isQuoted = true;
    else if (sign === "\t") row.push("");
    else if (sign === "\n") rows.push([""]);
    else put(sign);
  }
  return rows;
};

export const toText = (rows) => rows.map((cells) => cells.map(quoted).join("\t")).join("\n");

const quoted = (text) => (/[\t\n"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
