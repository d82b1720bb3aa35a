package config

import (
	"time"

	"eks-scaling-automation/shared/schedule"
)

// Weekly says when the weekly summary is sent, and where to. The zero value is never.
type Weekly struct {
	Day  string         `json:"day"` // such as "mon"
	Time schedule.Clock `json:"time"`
	// Timezone is empty for the settings'.
	Timezone string    `json:"timezone,omitempty"`
	To       Recipient `json:"to"`
}

// Recipient says where a message goes.
type Recipient string

// The recipients.
const (
	ToMail Recipient = "mail" // the topic of alerts
	ToChat Recipient = "chat" // the topic of chat messages
	ToBoth Recipient = "both"
)

// Mail reports whether the alerts' topic gets the message.
func (r Recipient) Mail() bool { return r == ToMail || r == ToBoth }

// Chat reports whether the chat topic gets the message.
func (r Recipient) Chat() bool { return r == ToChat || r == ToBoth }

// IsZero reports whether no summary is sent.
func (w Weekly) IsZero() bool { return w == Weekly{} }

func weekdayNames() []string { return []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"} }

func (v value) weekly() Weekly {
	w := Weekly{To: ToMail}
	v.object(fields{
		"day":      func(v value) { w.Day = oneOf(v, "day", weekdayNames()...) },
		"time":     func(v value) { w.Time = v.clock() },
		"timezone": func(v value) { w.Timezone = v.timezone() },
		"to":       func(v value) { w.To = oneOf(v, "recipient", ToMail, ToChat, ToBoth) },
	}, "day", "time")
	return w
}

// clock reads a time of day before midnight.
func (v value) clock() schedule.Clock {
	text := v.text()
	if text == "" {
		return 0
	}
	c, err := schedule.ParseClock(text)
	switch {
	case err != nil:
		v.fail("%v", err)
	case c == schedule.EndOfDay:
		v.fail(`invalid time "24:00": use "00:00" on the next day`)
	}
	return c
}

// Latest returns the last time up to t at which the summary was due, by the clocks of its zone, or else of the given one.
func (w Weekly) Latest(t time.Time, zone string) (time.Time, error) {
	if w.Timezone != "" {
		zone = w.Timezone
	}
	loc, err := time.LoadLocation(zone)
	if err != nil {
		return time.Time{}, err
	}
	for day := schedule.DateOf(t.In(loc)); ; day-- {
		due := day.At(w.Time, loc)
		if weekdayNames()[day.Weekday()] == w.Day && !due.After(t) {
			return due, nil
		}
	}
}
