// Package tap writes the Test Anything Protocol. It has the calls that the validation programs make of
// a library of this name which no Debian release has, and no others.
package tap

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
)

// T counts what has been reported. With todo, what is reported is known to be unfinished.
type T struct {
	count *int
	todo  bool
}

// New is a report without lines.
func New() *T {
	return &T{count: new(int)}
}

// Todo is the same report, whose next lines count neither way.
func (t *T) Todo() *T {
	return &T{count: t.count, todo: true}
}

// Header begins the report; with a plan if the number of lines to come is known, which 0 says it isn't.
func (t *T) Header(planned int) {
	fmt.Println("TAP version 13")
	if planned > 0 {
		fmt.Printf("1..%d\n", planned)
	}
}

// AutoPlan ends a report that began without a plan.
func (t *T) AutoPlan() {
	fmt.Printf("1..%d\n", *t.count)
}

// Ok reports a check and what came of it.
func (t *T) Ok(passed bool, description string) {
	verdict := "ok"
	if !passed {
		verdict = "not ok"
	}
	directive := ""
	if t.todo {
		directive = "TODO"
	}
	t.line(verdict, directive, description)
}

// Pass reports a check that passed.
func (t *T) Pass(description string) {
	t.Ok(true, description)
}

// Fail reports a check that failed.
func (t *T) Fail(description string) {
	t.Ok(false, description)
}

// Skip reports checks that were not made.
func (t *T) Skip(count int, reason string) {
	for ; count > 0; count-- {
		t.line("ok", "SKIP", reason)
	}
}

func (t *T) line(verdict, directive, text string) {
	*t.count++
	mark := "-"
	if directive != "" {
		mark = "# " + directive
	}
	fmt.Printf("%s %d %s %s\n", verdict, *t.count, mark, strings.ReplaceAll(text, "\n", " "))
}

// Diagnostic adds a remark.
func (t *T) Diagnostic(remark string) {
	for _, line := range strings.Split(strings.TrimRight(remark, "\n"), "\n") {
		fmt.Println("# " + line)
	}
}

// Diagnosticf adds a remark made of parts.
func (t *T) Diagnosticf(format string, parts ...interface{}) {
	t.Diagnostic(fmt.Sprintf(format, parts...))
}

// YAML adds details to the line before. They are written as JSON, which is YAML too; an encoder's line
// breaks are escapes, so the block has no line that could be taken for a result.
func (t *T) YAML(details interface{}) error {
	text, err := json.MarshalIndent(details, "  ", "  ")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(os.Stdout, "  ---\n  %s\n  ...\n", text)
	return err
}
