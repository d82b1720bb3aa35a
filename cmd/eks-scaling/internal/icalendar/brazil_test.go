package icalendar_test

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const brazilFile = "../../../../examples/brazil-holidays.ics"

func TestBrazilianHolidays(t *testing.T) {
	data, err := os.ReadFile(brazilFile)
	if err != nil {
		t.Fatal(err)
	}
	// The years before and after the file's must be empty.
	days, err := parse(string(data), date(2020, time.January, 1), date(2040, time.December, 31))
	if err != nil {
		t.Fatal(err)
	}
	const year = `
YEAR0101 Confraternização Universal
YEARGOOD Paixão de Cristo (Sexta-feira Santa)
YEAR0421 Tiradentes
YEAR0501 Dia do Trabalho
YEAR0907 Independência do Brasil
YEAR1012 Nossa Senhora Aparecida
YEAR1102 Finados
YEAR1115 Proclamação da República
YEAR1120 Dia Nacional de Zumbi e da Consciência Negra
YEAR1225 Natal`
	want := ""
	for _, goodFriday := range []string{"20260403", "20270326", "20280414"} {
		want += strings.NewReplacer("YEARGOOD", goodFriday, "YEAR", goodFriday[:4]).Replace(year)
	}
	if diff := cmp.Diff(strings.TrimSpace(want), written(days)); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

// The standard wants lines of at most 75 bytes that end in CRLF.
func TestBrazilianFileKeepsToTheStandard(t *testing.T) {
	data, err := os.ReadFile(brazilFile)
	if err != nil {
		t.Fatal(err)
	}
	for line := range bytes.Lines(data) {
		if text, ok := bytes.CutSuffix(line, []byte("\r\n")); !ok || len(text) > 75 {
			t.Errorf("found %q; want at most 75 bytes and CRLF", line)
		}
	}
	unfolded := strings.ReplaceAll(string(data), "\r\n ", "")
	for _, leftOut := range []string{"Carnival", "Corpus Christi", "pontos facultativos"} {
		if _, description, _ := strings.Cut(unfolded, "X-WR-CALDESC:"); !strings.Contains(description, leftOut) {
			t.Errorf("the description does not say that %s are left out", leftOut)
		}
	}
}
