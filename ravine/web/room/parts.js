// What the page of a phone is made of. Every text is set as text, never as HTML.

/** An element with properties, and children that are elements or a text. */
export function element(name, properties = {}, children = []) {
  const made = document.createElement(name)
  for (const [key, value] of Object.entries(properties)) {
    if (key === "role") made.setAttribute(key, value)
    else made[key] = value
  }
  made.append(...(Array.isArray(children) ? children : [children]))
  return made
}

/** A text with its {names} filled in. */
export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole))
}

/** "12 %" for 0.12. */
export function percent(share) {
  return `${Math.round(100 * share)}\u00a0%`
}

/** A number with three digits, as a person writes it. */
export function short(value) {
  return String(Number(value.toPrecision(3))).replace("-", "−")
}

/** The picture of a phone as a form takes it (kinds.js): an image in a box, and an overlay that is stretched with it. */
export function overImage(holder, question) {
  const [x0, x1] = question.x ?? [], [y0, y1] = question.y ?? []
  return {
    onPick: (callback) =>
      holder.addEventListener("click", ({ clientX, clientY }) => {
        const { left, top, width, height } = holder.getBoundingClientRect()
        callback([x0 + ((clientX - left) / width) * (x1 - x0), y1 - ((clientY - top) / height) * (y1 - y0)])
      }),
    draw: (points, look) => {
      holder.querySelector("svg").replaceChildren()
      drawDots(holder, question, points, look)
    },
  }
}

/** Marks at places of a point question: "dot" (the class), "own" (a ring), "truth" (a cross). */
export function drawDots(picture, question, points, look) {
  const svg = picture.querySelector("svg")
  const [x0, x1] = question.x, [y0, y1] = question.y
  for (const [x, y] of points) {
    const across = (1000 * (x - x0)) / (x1 - x0), down = (1000 * (y1 - y)) / (y1 - y0)
    svg.append(mark(across, down, look))
  }
}

// The overlay is stretched with the picture, its strokes are not: a dot is a line without length.
function mark(across, down, look) {
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path")
  const arms = look === "truth" ? `M${across - 25} ${down - 25}l50 50m0 -50l-50 50` : `M${across} ${down}h0.01`
  const width = { dot: 9, own: 20, ring: 20, truth: 5 }[look]
  path.setAttribute("d", arms)
  path.setAttribute("vector-effect", "non-scaling-stroke")
  path.setAttribute("stroke-linecap", "round")
  path.setAttribute("fill", "none")
  path.setAttribute("stroke", look === "truth" ? "#b3261e" : look === "dot" ? "#1c2430" : "#0a58c2")
  path.setAttribute("stroke-opacity", look === "truth" ? "1" : look === "dot" ? "0.55" : "0.7")
  path.setAttribute("stroke-width", String(width))
  path.classList.add(look)
  return path
}

/** A distribution under a title: rows of [name, count], or bins of a number. */
export function bars(title, rows, bins, words, median) {
  if (bins) {
    const most = Math.max(...bins, 1)
    const drawn = bins.map((n) => {
      const bar = document.createElement("i")
      bar.style.height = `${(100 * n) / most}%`
      return bar
    })
    const said = fill(words.median, { answer: short(median) })
    const chart = element("div", { className: "bins" }, drawn)
    chart.setAttribute("aria-hidden", "true")
    return element("div", {}, [element("p", {}, title), chart, element("p", {}, said)])
  }
  const most = Math.max(...rows.map(([, n]) => n), 1)
  const held = rows.flatMap(([name, n]) => {
    const bar = document.createElement("i")
    bar.style.width = `${(100 * n) / most}%`
    return [element("span", {}, name), bar, element("b", {}, String(n))]
  })
  return element("div", {}, [element("p", {}, title), element("div", { className: "bars" }, held)])
}
