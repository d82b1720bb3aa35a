package icalendar_test

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"time"

	"eks-scaling-automation/cmd/eks-scaling/internal/icalendar"

	"github.com/google/go-cmp/cmp"
)

const brazilFile = "../../../../examples/brazil-holidays.ics"

func TestBrazilianHolidays(t *testing.T) {
	data, err := os.ReadFile(brazilFile)
	if err != nil {
		t.Fatal(err)
	}
	// The years around those of the file must be empty.
	days, err := icalendar.Parse(data, date(2020, time.January, 1), date(2040, time.December, 31))
	if err != nil {
		t.Fatal(err)
	}
	want := `
20260101 Confraternização Universal
20260403 Paixão de Cristo (Sexta-feira Santa)
20260421 Tiradentes
20260501 Dia do Trabalho
20260907 Independência do Brasil
20261012 Nossa Senhora Aparecida
20261102 Finados
20261115 Proclamação da República
20261120 Dia Nacional de Zumbi e da Consciência Negra
20261225 Natal
20270101 Confraternização Universal
20270326 Paixão de Cristo (Sexta-feira Santa)
20270421 Tiradentes
20270501 Dia do Trabalho
20270907 Independência do Brasil
20271012 Nossa Senhora Aparecida
20271102 Finados
20271115 Proclamação da República
20271120 Dia Nacional de Zumbi e da Consciência Negra
20271225 Natal
20280101 Confraternização Universal
20280414 Paixão de Cristo (Sexta-feira Santa)
20280421 Tiradentes
20280501 Dia do Trabalho
20280907 Independência do Brasil
20281012 Nossa Senhora Aparecida
20281102 Finados
20281115 Proclamação da República
20281120 Dia Nacional de Zumbi e da Consciência Negra
20281225 Natal`
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
