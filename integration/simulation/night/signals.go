package night

import (
	"cmp"
	"context"
	"errors"

	"eks-scaling-automation/functions/steps/readsignals"
	"eks-scaling-automation/shared/config"
)

// outside holds what the sources of signals answer, by alarm, parameter, calendar or URL. Nothing there is a fault of the source.
type outside map[string]string

// sources returns the sources of this moment. The step reads several at a time, in goroutines that the scheduler does not know: they
// may only look at what was drawn before.
func (o outside) sources() map[config.Source]readsignals.Source {
	read := func(_ context.Context, s config.Signal) (string, error) {
		address := cmp.Or(s.Alarm, s.Parameter, s.Calendar)
		if s.HTTP != nil {
			address = s.HTTP.URL
		}
		value, found := o[address]
		if !found {
			return "", errors.New("the source does not answer")
		}
		return value, nil
	}
	return map[config.Source]readsignals.Source{
		config.FromHTTP: read, config.FromAlarm: read, config.FromParameter: read, config.FromCalendar: read,
	}
}
