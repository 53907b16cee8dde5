/** The page's style sheet: one column, system type, figures that line up; light, dark, phone and paper. */
import { darkColours, type FigureColours, figureStyle, lightColours } from './svg.js'

interface PageColours {
  figure: FigureColours
  panel: string
  yes: string
  no: string
  unclear: string
  caution: string
}

const light: PageColours = {
  figure: lightColours,
  panel: '#f6f7f9',
  yes: '#00704f',
  no: '#b23a00',
  unclear: '#8a5a00',
  caution: '#fff6e0',
}
const dark: PageColours = {
  figure: darkColours,
  panel: '#1d2125',
  yes: '#35c79b',
  no: '#ff8a5c',
  unclear: '#f0b445',
  caution: '#2b2412',
}

/** CSS for the whole report. Dark colours are for screens only: paper is white. */
export function pageStyle(): string {
  return `${variables(light)}
${figureStyle(light.figure)}
@media screen and (prefers-color-scheme: dark) {
${variables(dark)}
${figureStyle(dark.figure)}
.samples img{opacity:.92}
}
${rules}`
}

function variables({ figure, panel, yes, no, unclear, caution }: PageColours): string {
  return `:root{--ink:${figure.ink};--muted:${figure.muted};--rule:${figure.rule};--paper:${figure.paper};--panel:${panel};--accent:${figure.series[0]};--yes:${yes};--no:${no};--unclear:${unclear};--caution:${caution}}`
}

const rules = `
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.6 system-ui,-apple-system,'Segoe UI',Roboto,'Liberation Sans',Arial,sans-serif;overflow-wrap:anywhere;font-variant-numeric:tabular-nums}
header.top,main{max-width:60rem;margin:0 auto;padding:0 1.75rem}
header.top{padding-top:3rem}
main{padding-bottom:5rem}
h1{font-size:2.1rem;line-height:1.2;font-weight:650;letter-spacing:-.015em;margin:.35rem 0 .4rem}
h2{font-size:1.5rem;line-height:1.3;font-weight:620;letter-spacing:-.01em;margin:0 0 1rem}
h3{font-size:1.12rem;font-weight:620;margin:2.6rem 0 .6rem}
h4{font-size:.95rem;font-weight:620;margin:0 0 .6rem}
p{margin:0 0 1rem;max-width:44rem}
ul{margin:0 0 1rem;padding-left:1.2rem;max-width:44rem}
li{margin:.2rem 0}
a{color:var(--accent)}
.tool{display:flex;justify-content:space-between;gap:1rem;color:var(--muted);font-size:.86rem;margin:0;max-width:none}
.question{color:var(--muted);font-size:1.05rem;margin-bottom:2rem;max-width:none}
main>section{padding-top:1rem;margin-top:3rem;border-top:1px solid var(--rule);scroll-margin-top:1rem}
main>section#verdict{border:0;padding:0;margin-top:0}
main>section>h2{padding-top:.75rem}
.concern{background:var(--caution);border-left:6px solid var(--no);border-radius:.6rem;padding:1.1rem 1.4rem .5rem;margin-bottom:1rem}
.concern h2{font-size:1.2rem;color:var(--no);margin-bottom:.4rem}
.concern p{max-width:none;margin-bottom:.6rem}
.verdict{display:flex;gap:1.4rem;background:var(--panel);border-left:6px solid var(--tone);border-radius:.6rem;padding:1.7rem 1.8rem 1.4rem;margin-bottom:1.4rem;--tone:var(--muted)}
.verdict.yes{--tone:var(--yes)}.verdict.no{--tone:var(--no)}.verdict.unclear{--tone:var(--unclear)}
.verdict>div:last-child{min-width:0;flex:1}
.verdict .mark{flex:none;width:2.7rem;height:2.7rem;border-radius:50%;background:var(--tone);color:var(--paper);font-size:1.45rem;font-weight:700;line-height:2.7rem;text-align:center}
.verdict h2{font-size:1.65rem;color:var(--tone);margin:.1rem 0 .6rem}
.verdict .lead{font-size:1.06rem}
.measured{display:grid;grid-template-columns:repeat(2,1fr);gap:.9rem 1.6rem;margin:1.3rem 0 .4rem;padding-top:1.1rem;border-top:1px solid var(--rule)}
dt{color:var(--muted);font-size:.84rem}
dd{margin:0}
.measured dd{font-weight:560}
.interval{color:var(--muted);font-weight:400;font-size:.92em}
.warning{background:var(--caution);border-radius:.5rem;padding:.8rem 1.1rem;margin-bottom:1rem;max-width:none}
.tiles{display:grid;grid-template-columns:repeat(3,1fr);border:1px solid var(--rule);border-radius:.6rem;overflow:hidden;margin:2.4rem 0 1.4rem}
.tile{padding:1.1rem 1.3rem;box-shadow:0 0 0 .5px var(--rule)}
.tile .label{font-size:.84rem;color:var(--muted);line-height:1.4}
.tile .number{font-size:1.5rem;font-weight:620;line-height:1.35;margin:.25rem 0 .2rem}
.tile .number .interval{font-size:.95rem;white-space:nowrap}
.tile .note{font-size:.86rem;color:var(--muted);line-height:1.45}
nav{display:flex;flex-wrap:wrap;gap:.3rem 1.4rem;font-size:.92rem;margin-top:2rem}
nav a{text-decoration:none}nav a:hover{text-decoration:underline}
figure{margin:2rem 0 2.4rem}
figure svg{display:block;max-width:100%;height:auto;margin:0}
.narrow{display:none}
figcaption,caption,.caption{color:var(--muted);font-size:.88rem;line-height:1.5;text-align:left;max-width:44rem}
figcaption{margin-top:.9rem}
figcaption b,caption b,.caption b{color:var(--ink);font-weight:600}
.flows{display:flex;flex-wrap:wrap;gap:2.4rem;align-items:flex-start;margin:1rem 0 1.2rem}
.flow{flex:1 1 17rem;min-width:0}
.flow.internal{flex:1.6 1 26rem}
.box{border:1px solid var(--muted);border-radius:.4rem;padding:.6rem .85rem;font-size:.92rem;line-height:1.45;background:var(--paper)}
.box ul{margin:.25rem 0 0;padding-left:1rem;color:var(--muted)}
.box li{margin:0}
.flow>.box+.out{position:relative;padding:1.1rem 0 1.1rem 3.2rem}
.out::before{content:'';position:absolute;left:1.4rem;top:0;bottom:0;border-left:1px solid var(--muted)}
.out::after{content:'';position:absolute;left:1.4rem;top:50%;width:1.8rem;border-top:1px solid var(--muted)}
.out .box{border-style:dashed}
.fork{display:grid;grid-template-columns:repeat(3,1fr);gap:.7rem;padding-top:1.5rem;position:relative}
.fork::before{content:'';position:absolute;left:1.4rem;top:0;height:.75rem;border-left:1px solid var(--muted)}
.fork .box{position:relative;padding:.5rem .6rem;font-size:.86rem}
.fork .box::before{content:'';position:absolute;left:calc(1.4rem - 1px);top:-.8rem;height:.75rem;border-left:1px solid var(--muted)}
.fork .box::after{content:'';position:absolute;right:calc(100% - 1.4rem + 1px);top:-.8rem;width:calc(100% + .75rem + 1px);border-top:1px solid var(--muted)}
.fork .box:first-child::after{display:none}
.table{overflow-x:auto;margin:2rem 0 2.4rem}
table{border-collapse:collapse;width:100%;font-size:.88rem;line-height:1.4}
caption{caption-side:top;padding-bottom:.8rem}
th,td{padding:.5rem .5rem;text-align:left;vertical-align:top;border-bottom:1px solid var(--rule);font-weight:400}
th{overflow-wrap:break-word}
thead th{color:var(--muted);font-size:.82rem;border-bottom:1px solid var(--muted);vertical-align:bottom}
tr>:first-child{padding-left:0}
tr>:last-child{padding-right:0}
.n{text-align:right;white-space:nowrap}
thead .n{white-space:normal}
td.n .interval{display:block;font-size:.88em}
.dense th,.dense td{padding-top:.2rem;padding-bottom:.2rem}
tr.strong>*{font-weight:620}
tr.strong .interval,tr.strong .code{font-weight:400}
tr.heading th{color:var(--muted);font-size:.82rem;padding-top:1.2rem}
.code{color:var(--muted);font-size:.92em}
tbody th{min-width:9rem}
.k{white-space:nowrap}
.samples>div{margin-bottom:1.5rem}
.kind{font-size:.84rem;color:var(--muted);margin:.3rem 0 .25rem}
.strip{display:grid;grid-template-columns:repeat(8,1fr);gap:.4rem}
.samples img{display:block;width:100%;aspect-ratio:auto;border-radius:.25rem;background:#000}
.triples{display:flex;flex-wrap:wrap;gap:1rem 2.4rem}
.triple{display:grid;grid-template-columns:repeat(3,1fr);gap:.35rem;width:17.5rem;max-width:100%}
.triple span{font-size:.8rem;color:var(--muted)}
.pairs{display:flex;flex-wrap:wrap;gap:1.4rem 2.4rem;margin:1rem 0 1.6rem}
.pair{display:grid;grid-template-columns:repeat(2,1fr);gap:.5rem .6rem;width:25rem;max-width:100%;margin:0}
.pair img{display:block;width:100%;border-radius:.25rem;background:#000}
.pair span{display:block;font-size:.82rem;line-height:1.4;margin-top:.35rem}
.pair figcaption{grid-column:1/-1;margin:0}
details{margin:2rem 0}
details>.table{margin-top:1rem}
summary{cursor:pointer;color:var(--accent);font-size:.92rem}
.facts{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(19rem,100%),1fr));gap:0 2.4rem;font-size:.88rem}
.facts>div{display:flex;justify-content:space-between;gap:1.2rem;border-bottom:1px solid var(--rule);padding:.35rem 0}
.facts dt{flex:none;max-width:60%}
.facts dd{text-align:right;min-width:0}
.terms{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(19rem,100%),1fr));gap:.7rem 2.4rem;font-size:.88rem}
.terms dt{color:inherit;font-weight:560}
.prose p{max-width:44rem}
.todo{color:var(--muted);font-style:italic}
.sources{font-size:.86rem;color:var(--muted)}
.sources ul{max-width:none}

@media screen and (max-width: 700px) {
body{font-size:15.5px}
.flow.internal,.flow{flex:1 1 100%}
header.top,main{padding-left:1.25rem;padding-right:1.25rem}
header.top{padding-top:1.6rem}
h1{font-size:1.65rem}
.wide{display:none}.narrow{display:block}
.verdict{flex-direction:column;gap:.8rem;padding:1.3rem 1.2rem 1.1rem}
.verdict h2{font-size:1.35rem}
.tiles,.measured{grid-template-columns:1fr}
.strip{grid-template-columns:repeat(4,1fr)}
.fork{grid-template-columns:1fr}
.fork .box::after,.fork .box:not(:first-child)::before{display:none}
.facts{grid-template-columns:1fr}
table:not(.stack){font-size:.84rem}
table:not(.stack) th,table:not(.stack) td{padding-left:.35rem;padding-right:.35rem}
table:not(.stack) tr>:first-child{padding-left:0}
tbody th{min-width:0}
.stack,.stack tbody,.stack caption{display:block}
.stack thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.stack tr{display:block;border:1px solid var(--rule);border-radius:.5rem;padding:.7rem .9rem;margin-bottom:.7rem}
.stack tr.heading{border:0;padding:0;margin:1rem 0 .3rem}
.stack th,.stack td{display:flex;justify-content:space-between;gap:1rem;padding:.16rem 0;border:0;text-align:right}
.stack tbody th{display:block;text-align:left;font-weight:620;padding-bottom:.35rem}
.stack td::before{content:attr(data-label);flex:1;min-width:5.5rem;color:var(--muted);text-align:left;font-weight:400}
.stack td .value,.stack td .interval{flex:none;white-space:nowrap}
.stack td .interval{min-width:7.2em}
.stack td .value:last-child{margin-right:7.5em}
.stack td.n{white-space:normal}
}

@media print {
@page{size:A4;margin:14mm 13mm}
html{font-size:12.5px}
body{font-size:12.5px;line-height:1.42}
header.top,main{max-width:none;padding:0}
main{padding-bottom:0}
h1{font-size:1.7rem}
.question{margin-bottom:1rem}
nav,details>summary{display:none}
details{margin:0}
details>:not(summary){display:block}
details::details-content{content-visibility:visible;block-size:auto}
p,ul,figcaption,caption,.caption{max-width:none;orphans:3;widows:3}
p{margin-bottom:.6rem}
.summary+nav+section{break-before:page;margin-top:0;padding-top:0;border:0}
main>section{margin-top:1.6rem;padding-top:.6rem}
h2,h3,h4,caption{break-after:avoid}
h3{margin-top:1.5rem}
.concern,.verdict,.warning,.tile,.box,.flow,figure,tr,.samples>div,.table:not(.long){break-inside:avoid}
thead{display:table-header-group}
.concern{padding:.6rem .9rem .2rem;margin-bottom:.6rem}
.concern h2{margin-bottom:.2rem}
.concern p{margin-bottom:.35rem}
.verdict{padding:.9rem 1.1rem .6rem;margin-bottom:.8rem}
.verdict h2{margin:0 0 .35rem}
.measured{grid-template-columns:repeat(3,1fr);gap:.5rem 1.2rem;margin:.6rem 0 .2rem;padding-top:.6rem}
.warning{padding:.45rem .8rem;margin-bottom:.6rem}
.concern,.verdict,.warning,.verdict .mark,.kopt-figure,.samples img,.pair img{-webkit-print-color-adjust:exact;print-color-adjust:exact}
figure{margin:1rem 0 1.2rem}
figure svg{width:auto;height:auto;max-width:100%;max-height:105mm}
#verdict figure svg{max-height:62mm}
#search figure svg{max-height:70mm}
figcaption{margin-top:.5rem}
figure.samples{break-inside:auto}
.samples>div{margin-bottom:.8rem}
.strip{grid-template-columns:repeat(8,1fr)}
.triples{gap:.5rem 1.4rem}
.triple{width:13rem}
.flows{gap:1.2rem;margin:.6rem 0}
.flow>.box+.out{padding-top:.6rem;padding-bottom:.6rem}
.table{overflow:visible;margin:1rem 0 1.2rem}
table{font-size:11px}
caption{padding-bottom:.4rem}
th,td{padding:.22rem .3rem}
tr.heading th{padding-top:.5rem}
tbody th{min-width:0}
.tiles{grid-template-columns:repeat(3,1fr);margin:1rem 0 .6rem;overflow:visible}
.tile{padding:.5rem .8rem}
.tile .number{font-size:1.25rem;margin:.1rem 0}
.facts{grid-template-columns:1fr 1fr;gap:0 1.6rem}
.facts>div{break-inside:avoid;padding:.15rem 0}
}
`
