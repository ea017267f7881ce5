package httpapi

import "fmt"

// Declared is one row of the route table, for tests that hold the running door against it.
type Declared struct {
	Method, Path string
	Anyone       bool
	Tokens       bool // takes access tokens
	Admin        bool
	Fresh        bool
	Slides       bool
}

// Table gives the route table.
func Table() []Declared {
	var rows []Declared
	for _, r := range (&api{}).table() {
		rows = append(rows, Declared{r.method, r.path, r.access == anyone, r.access == caller, r.access == administrator, r.fresh, r.activity != passive})
	}
	return rows
}

// golden writes the table as testdata/routes.golden has it.
func golden() string {
	text := fmt.Sprintf("%-7s %-32s %-10s %-7s %s\n", "METHOD", "PATH", "GUARD", "PROOF", "ACTIVITY")
	for _, r := range (&api{}).table() {
		proof := "any"
		if r.fresh {
			proof = "fresh"
		}
		text += fmt.Sprintf("%-7s %-32s %-10s %-7s %s\n", r.method, r.path, r.access, proof, r.activity)
	}
	return text
}
