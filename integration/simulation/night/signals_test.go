package night

import (
	"testing"

	"eks-scaling-automation/shared/config"
)

func TestSourcesAnswerWhatWasDrawn(t *testing.T) {
	t.Parallel()
	sources := outside{
		"backlog": {value: "ALARM"}, "https://api.example.com/rain": {value: "25"}, "/scaling/load": {err: errSilent},
	}.sources()
	for _, row := range []struct {
		signal config.Signal
		want   string
		fails  bool
	}{
		{config.Signal{Alarm: "backlog"}, "ALARM", false},
		{config.Signal{HTTP: &config.HTTPSource{URL: "https://api.example.com/rain"}}, "25", false},
		{config.Signal{Parameter: "/scaling/event"}, "", true},
		{config.Signal{Parameter: "/scaling/load"}, "", true},
		{config.Signal{Calendar: "freeze"}, "", true},
	} {
		value, err := sources[row.signal.Source()](t.Context(), row.signal)
		if value != row.want || (err != nil) != row.fails {
			t.Errorf("%s: found %q, %v; want %q", row.signal.Source(), value, err, row.want)
		}
	}
}
