// The arena's icons, one path each on a field of 24.

const PATHS = {
  play: "M8 5v14l11-7z",
  pause: "M6 5h4v14H6zm8 0h4v14h-4z",
  back: "M6 5h2.5v14H6zm13 0v14l-9-7z",
  forward: "M15.500 5H18v14h-2.500zM5 5v14l9-7z",
  closer: "M11 5h2v6h6v2h-6v6h-2v-6H5v-2h6z",
  wider: "M5 11h14v2H5z",
  whole: "M4 4h6v2H6v4H4zm10 0h6v6h-2V6h-4zM4 14h2v4h4v2H4zm14 0h2v6h-6v-2h4z",
  follow: "M13 4h7v7h-2V7.400l-5.300 5.300-1.400-1.400L16.600 6H13zM5 7h4v2H6v9h9v-3h2v5H4V7z",
  help: "M11 17h2v2h-2zM12 5a4 4 0 0 0-4 4h2a2 2 0 1 1 3.400 1.400C12.200 11.600 11 12.400 11 15h2c0-1.600.900-2.300 1.900-3.300A4 4 0 0 0 12 5z",
  show: "M12 6c4.500 0 8 3.500 9.500 6-1.500 2.500-5 6-9.500 6s-8-3.500-9.500-6C4 9.500 7.500 6 12 6zm0 2.500a3.500 3.500 0 1 0 0 7 3.500 3.500 0 0 0 0-7z",
  take: "M11 4h2v8l3-3 1.400 1.400L12 15.800l-5.400-5.400L8 9l3 3zM5 18h14v2H5z",
  close: "M6.400 5L12 10.600 17.600 5 19 6.400 13.400 12l5.600 5.600-1.400 1.400-5.600-5.600L6.400 19 5 17.600 10.600 12 5 6.400z",
  more: "M10 3h4v4h-4zm0 7h4v4h-4zm0 7h4v4h-4z",
  settings: "M3 6h10v2H3zm14 0h4v2h-4zm-2-2h2v6h-2zM3 16h4v2H3zm8 0h10v2H11zm-2-2h2v6H9z",
}

/** An icon as SVG text, `size` pixels wide. */
export function icon(name, size = 24) {
  return `<svg viewBox="0 0 24 24" width="${size}" height="${size}" aria-hidden="true"><path d="${PATHS[name]}"/></svg>`
}
