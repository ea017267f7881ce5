package main

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// report is what a run found, in Markdown.
type report struct {
	*stage
	measured [][]sample
	facts    [][2]string
	control  []finding
}

func (s *stage) report(ctx context.Context, measured [][]sample) report {
	ours, plain := versionsOf(s.binary), versionsOf(s.built("plain"))
	r := report{stage: s, measured: measured, facts: [][2]string{
		{"date", s.began.UTC().Format("2006-01-02 15:04 UTC")},
		{"machine", fmt.Sprintf("%d cores, %s; everything on it, the load tool too", runtime.NumCPU(), cpuModel())},
		{"kernel", kernel(ctx)},
		{"load average before (1, 5, 15 minutes)", s.load},
		{"Vestibule", fmt.Sprintf("%s, %s, fasthttp %s, Fiber %s", commit(ctx), ours.goVersion, ours.fasthttp, ours.fiber)},
		{"plain", fmt.Sprintf("%s, fasthttp %s, Fiber %s", plain.goVersion, plain.fasthttp, plain.fiber)},
		{"PostgreSQL", s.db.version + ", " + s.db.server},
		{"load tool", s.wrk.version},
		{"load", fmt.Sprintf("%d sessions in rotation, %d connections, answers of %d bytes", s.sessions, s.connections, answerSize)},
		{"rounds", fmt.Sprintf("%d of %s for each contender, in turn, after %s of warm-up for each", s.rounds, s.duration, s.warmUp)},
	}}
	if s.db.part != nil {
		var all []noise
		for _, samples := range measured {
			for _, m := range samples {
				all = append(all, m.noise)
			}
		}
		r.facts = append(r.facts, [2]string{"CPU time of others during the rounds", quiet(all)})
	}
	if !measuresCPU {
		r.facts = append(r.facts, [2]string{"CPU time", "isn't measured: only Linux tells it in /proc"})
	} else if s.db.part == nil {
		r.facts = append(r.facts, [2]string{"Vestibule's CPU time", "isn't measured: the database's processes are not on this machine"})
	}
	if ours.fasthttp != plain.fasthttp || ours.fiber != plain.fiber || ours.goVersion != plain.goVersion {
		r.facts = append(r.facts, [2]string{"**caution**", "the two were built from different versions: `make build` first"})
	}
	return r
}

// page is RESULTS.md.
func (r report) page() string {
	var b strings.Builder
	b.WriteString("# Results of `make bench`\n\nWritten by `backend/bench`; not to be edited.\n\n")
	facts := [][]string{{"", ""}}
	for _, f := range r.facts {
		facts = append(facts, f[:])
	}
	b.WriteString(table(facts))
	b.WriteString("\n## Medians\n\n" + r.summary())
	b.WriteString("\n## Vestibule beside others\n\n" + r.beside())
	b.WriteString("\n## Control\n\n" + controlTable(r.control))
	b.WriteString("\n## Contenders\n\n")
	for _, c := range r.line {
		fmt.Fprintf(&b, "- **%s**: %s\n", c.name, c.about)
	}
	b.WriteString("\n## Rounds\n\n" + r.samples() + sliding)
	return b.String()
}

const legend = `
Ratios are to plain's in the same round: their median, and in brackets the least and the most. CPU time is
user's and system's of every process of a contender (all but plain: the proxy and all of PostgreSQL), from /proc;
neither the upstream's nor the load tool's. Latencies are the load tool's, with all connections busy.
`

const sliding = `
A session slides at most once a minute. Vestibule's turns are apart, so in many of them nearly every session
slides, in a few statements. The figures hold that against Vestibule.
`

// summary is the table of medians, with ratios.
func (r report) summary() string {
	rows := [][]string{{"", "requests/s", "to plain", "CPU µs a request", "to plain", "p50 ms", "p99 ms", "to plain"}}
	base := r.indexOf(baseline)
	for i, c := range r.line {
		perSecond, cpu, p50, p99 := r.column(i, sample.perSecond), r.column(i, cpuOf), r.column(i, p50Of), r.column(i, p99Of)
		row := []string{c.name, thousands(median(perSecond)), r.to(base, i, sample.perSecond), "–", "–",
			decimals(median(p50), 2), decimals(median(p99), 2), r.to(base, i, p99Of)}
		if len(c.parts) > 0 {
			row[3], row[4] = decimals(median(cpu), 1), r.to(base, i, cpuOf)
		}
		rows = append(rows, row)
	}
	return table(rows) + legend
}

func (r report) indexOf(name string) int {
	for i, c := range r.line {
		if c.name == name {
			return i
		}
	}
	return -1
}

func (r report) column(i int, value func(sample) float64) []float64 {
	var values []float64
	for _, m := range r.measured[i] {
		values = append(values, value(m))
	}
	return values
}

// to is a contender's ratio to the baseline, which itself has none.
func (r report) to(base, i int, value func(sample) float64) string {
	if i == base {
		return "1"
	}
	return compare(r.column(i, value), r.column(base, value)).String()
}

// comparison is a ratio that is asked for, of two contenders other than plain.
type comparison struct {
	of, to      string
	value       func(sample) float64
	what, asked string
}

var comparisons = []comparison{
	{"vestibule", "peer", sample.perSecond, "requests a second, vestibule's to peer's", "4.5 at least"},
	{"naive", "vestibule", cpuOf, "CPU time a request, naive's to vestibule's", "5 at least"},
	{"peer", "vestibule", cpuOf, "CPU time a request, peer's to vestibule's", "–"},
	{"bearer", "vestibule", sample.perSecond, "requests a second with access tokens, to those with cookies", "0.9 at least"},
	{"million", "vestibule", sample.perSecond, "requests a second with 1,000,000 sessions in the table, to those with 10,000", "0.95 at least"},
}

// beside is the table of those whose contenders took part.
func (r report) beside() string {
	rows := [][]string{{"", "found", "asked for"}}
	for _, c := range comparisons {
		of, to := r.indexOf(c.of), r.indexOf(c.to)
		if of < 0 || to < 0 {
			continue
		}
		a, b := r.column(of, c.value), r.column(to, c.value)
		if slices.Min(a) > 0 && slices.Min(b) > 0 { // no CPU time, no ratio
			rows = append(rows, []string{c.what, compare(a, b).String(), c.asked})
		}
	}
	return table(rows) + "\nRatios are of the same round: their median, and in brackets the least and the most.\n"
}

func cpuOf(m sample) float64 { return float64(m.cpuPerRequest()) / float64(time.Microsecond) }
func p50Of(m sample) float64 { return float64(m.P50) / 1000 }
func p99Of(m sample) float64 { return float64(m.P99) / 1000 }

// samples is every sample, as it was measured.
func (r report) samples() string {
	rows := [][]string{{"round", "", "requests", "requests/s", "CPU µs a request", "of which", "p50 ms", "p99 ms"}}
	for round := range r.rounds {
		for i, c := range r.line {
			m := r.measured[i][round]
			rows = append(rows, []string{strconv.Itoa(round + 1), c.name, thousands(float64(m.Requests)), thousands(m.perSecond()),
				microseconds(m, c), shares(m, c), milliseconds(m.P50), milliseconds(m.P99)})
		}
	}
	return table(rows)
}

func shares(m sample, c contender) string {
	var each []string
	for i, p := range c.parts {
		each = append(each, p.name+" "+decimals(float64(m.cpu[i])/float64(time.Microsecond)/float64(m.Requests), 1))
	}
	return strings.Join(each, ", ")
}

func microseconds(m sample, c contender) string {
	if len(c.parts) == 0 {
		return "–"
	}
	return decimals(cpuOf(m), 1)
}

func milliseconds(us int64) string { return decimals(float64(us)/1000, 2) }

func decimals(v float64, places int) string { return strconv.FormatFloat(v, 'f', places, 64) }

// thousands writes a whole number with commas.
func thousands(v float64) string {
	digits := strconv.FormatInt(int64(v+0.5), 10)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// table lines up rows, the first of which is the head.
func table(rows [][]string) string {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	var b strings.Builder
	for n, row := range rows {
		for i, cell := range row {
			fmt.Fprintf(&b, "| %s%s ", cell, strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell)))
		}
		b.WriteString("|\n")
		if n == 0 {
			for _, width := range widths {
				b.WriteString("|" + strings.Repeat("-", width+2))
			}
			b.WriteString("|\n")
		}
	}
	return b.String()
}
