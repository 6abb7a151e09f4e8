// The elements of the arena: which stands in which.

/** Fill the section `home`: the picture with its tools, the lanes beside it, the curves and critical points below. */
export function furnish(home, { toolbar, ground, bar, dial, list, charts, pointing }) {
  const tools = part("rv-tools", bar, dial)
  const picture = part("rv-picture", toolbar, ground.stage, tools)
  const side = part("rv-side", pointing.spot, list)
  home.append(part("rv-main", picture, side), charts.element, charts.table, pointing.element)
}

function part(className, ...elements) {
  const made = Object.assign(document.createElement("div"), { className })
  made.append(...elements.map((one) => one.element ?? one))
  return made
}
