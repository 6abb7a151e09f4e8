// The elements of the arena: which stands in which.

/** Fill the section `home`: the picture with its tools, the lanes beside it, the curves and critical points below. */
export function furnish(home, { heading, toolbar, ground, door, remark, bar, dial, list, charts, pointing }) {
  const tools = part("rv-tools", bar, dial)
  const picture = part("rv-picture", toolbar, part("rv-view", ground.stage, door), remark.element, tools)
  const side = part("rv-side", pointing.spot, list)
  home.append(heading.element, door.headline, part("rv-main", picture, side), charts.element, charts.table, pointing.element)
}

function part(className, ...elements) {
  const made = Object.assign(document.createElement("div"), { className })
  made.append(...elements.map((one) => one.element ?? one))
  return made
}
