package eventbridge

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

// Rule is a rule of a bus.
type Rule struct {
	Name    string
	ARN     string
	Bus     string
	Pattern json.RawMessage
	Targets []Target
}

// Target is what a rule calls.
type Target struct {
	ID  string `json:"Id"`
	ARN string `json:"Arn"`
	// Input replaces the event by a fixed text; InputTransformer makes a text from parts of it.
	Input            string
	InputTransformer *Transformer
}

// Delivery is a call of a target.
type Delivery struct {
	Rule    Rule
	Target  Target
	Event   Event
	Payload string
}

type compiled struct {
	Rule
	pattern pattern
}

// PutRule creates or replaces a rule. It refuses every pattern and transformer that AWS refuses or that it does not know.
func (s *Server) PutRule(r Rule) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r.Bus == "" {
		r.Bus = "default"
	}
	if !slices.Contains(s.buses, r.Bus) {
		return fmt.Errorf("rule %s: event bus %s does not exist", r.Name, r.Bus)
	}
	p, err := parsePattern(r.Pattern)
	if err != nil {
		return fmt.Errorf("rule %s: %w", r.Name, err)
	}
	for _, t := range r.Targets {
		if err := t.check(); err != nil {
			return fmt.Errorf("rule %s: target %s: %w", r.Name, t.ID, err)
		}
	}
	s.rules = slices.DeleteFunc(s.rules, func(c compiled) bool { return c.Name == r.Name && c.Bus == r.Bus })
	s.rules = append(s.rules, compiled{r, p})
	return nil
}

func (t Target) check() error {
	switch {
	case t.ID == "" || t.ARN == "":
		return errors.New("a target requires Id and Arn")
	case t.Input != "" && t.InputTransformer != nil:
		return errors.New("only one of Input and InputTransformer may be given")
	case t.Input != "" && !json.Valid([]byte(t.Input)):
		return errors.New("the target's Input is no JSON")
	case t.InputTransformer != nil:
		return t.InputTransformer.check()
	}
	return nil
}

// Deliveries returns the calls of targets for the events since the last time, in order.
func (s *Server) Deliveries() ([]Delivery, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []Delivery
	for _, e := range s.events[s.delivered:] {
		for _, r := range s.rules {
			if r.Bus != e.Bus || !r.pattern.matches(e.JSON()) {
				continue
			}
			for _, t := range r.Targets {
				payload, err := t.payload(r.Rule, e)
				if err != nil {
					return nil, fmt.Errorf("rule %s: target %s: %w", r.Name, t.ID, err)
				}
				all = append(all, Delivery{r.Rule, t, e, payload})
			}
		}
	}
	s.delivered = len(s.events)
	return all, nil
}

func (t Target) payload(r Rule, e Event) (string, error) {
	switch {
	case t.Input != "":
		return t.Input, nil
	case t.InputTransformer != nil:
		return t.InputTransformer.transform(r, e)
	default:
		return string(e.JSON()), nil
	}
}
