package engine

import (
	"encoding/json"
	"time"
)

// The messages to and from engine.mjs, which describes them.

type opening struct {
	Definition  json.RawMessage `json:"definition"`
	WaitMillis  int             `json:"waitMillis"`
	RetryMillis int             `json:"retryMillis"`
	Virtual     *virtualTime    `json:"virtual,omitempty"`
}

type virtualTime struct {
	Start int64  `json:"start"` // in milliseconds since 1970
	Seed  uint32 `json:"seed"`
}

type instruction struct {
	At     int64       `json:"at,omitempty"` // by a virtual time, in milliseconds since 1970
	Tick   bool        `json:"tick,omitempty"`
	Start  *startRun   `json:"start,omitempty"`
	Define *definition `json:"define,omitempty"`
	Stop   *stopRun    `json:"stop,omitempty"`
	Answer *taskAnswer `json:"answer,omitempty"`
	Settle *settlement `json:"settle,omitempty"`
}

// startRun begins a run; with Of it continues the rest of that run.
type startRun struct {
	Run     int             `json:"run"`
	Of      int             `json:"of,omitempty"`
	Item    *itemOf         `json:"item,omitempty"`
	Input   json.RawMessage `json:"input"`
	Context contextObject   `json:"context"`
}

// itemOf identifies the distributed Map of an item's run, and the Map's run.
type itemOf struct {
	Run   int    `json:"run"`
	State string `json:"state"`
}

// settlement is the result of an item.
type settlement struct {
	Task   int             `json:"task"`
	Output json.RawMessage `json:"output"`
	Done   bool            `json:"done"`
	Error  string          `json:"error,omitempty"`
	Cause  string          `json:"cause,omitempty"`
}

type definition struct {
	Definition json.RawMessage `json:"definition"`
}

type stopRun struct {
	Run int `json:"run"`
}

type taskAnswer struct {
	Task   int             `json:"task"`
	Result json.RawMessage `json:"result"`
	Error  string          `json:"error,omitempty"`
	Cause  string          `json:"cause,omitempty"`
}

// message is one line of the engine; exactly one field is set.
type message struct {
	Task  *taskRequest `json:"task"`
	Item  *itemRequest `json:"item"`
	Event *runEvent    `json:"event"`
	Ended *runEnd      `json:"ended"`
	Idle  *idle        `json:"idle"`
	Fault string       `json:"fault"`
}

// idle reports how many instructions were handled.
type idle struct {
	Received int    `json:"received"`
	Next     *int64 `json:"next"` // when the next timer is due, in milliseconds since 1970; nil if there is none
}

type taskRequest struct {
	Task      int             `json:"task"`
	Run       int             `json:"run"`
	State     string          `json:"state"`
	Resource  string          `json:"resource"`
	Iteration []int           `json:"iteration"`
	Input     json.RawMessage `json:"input"`
}

type itemRequest struct {
	Task      int             `json:"task"`
	Run       int             `json:"run"`
	State     string          `json:"state"`
	Iteration []int           `json:"iteration"`
	Input     json.RawMessage `json:"input"`
}

// mapRunSettings holds the settings of a distributed Map.
type mapRunSettings struct {
	Label             string   `json:"label"`
	Concurrency       int      `json:"concurrency"`
	FailurePercentage *float64 `json:"failurePercentage"`
	FailureCount      *int     `json:"failureCount"`
}

type runEvent struct {
	Run       int             `json:"run"`
	Type      EventType       `json:"type"`
	Timestamp int64           `json:"timestamp"`
	State     string          `json:"state"`
	StateType string          `json:"stateType"`
	Iteration []int           `json:"iteration"`
	Attempt   int             `json:"attempt"`
	Length    int             `json:"length"`
	MapRun    *mapRunSettings `json:"mapRun"` // set for a distributed Map that starts
	Error     string          `json:"error"`
	Cause     string          `json:"cause"`
	Input     json.RawMessage `json:"input"`
	Output    json.RawMessage `json:"output"`
}

type runEnd struct {
	Run    int             `json:"run"`
	Status Status          `json:"status"`
	Output json.RawMessage `json:"output"`
	Error  string          `json:"error"`
	Cause  string          `json:"cause"`
}

func (e runEvent) event() Event {
	return Event{
		Type:      e.Type,
		State:     e.State,
		StateType: e.StateType,
		Iteration: e.Iteration,
		At:        time.UnixMilli(e.Timestamp).UTC(),
		Attempt:   e.Attempt,
		Length:    e.Length,
		Error:     e.Error,
		Cause:     e.Cause,
		Input:     e.Input,
		Output:    e.Output,
	}
}
