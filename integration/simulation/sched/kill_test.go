package sched_test

import (
	"fmt"
	"testing"
	"time"
)

func TestAKilledProcessEndsBeforeKillReturns(t *testing.T) {
	s := newStory(1)
	victim := s.Spawn("victim", func() {
		defer s.say("deferred")
		s.Sleep(time.Hour)
		s.say("never")
	})
	s.Spawn("killer", func() {
		s.Sleep(time.Second)
		victim.Kill()
		s.say(fmt.Sprint("killed ", victim.Killed(), victim.Alive(), victim.Wait()))
		victim.Kill()
	})
	s.wants(t, "1 deferred", "1 killed true false true")
}

func TestAProcessThatHasNotBegunNeverBegins(t *testing.T) {
	s := newStory(1)
	s.Spawn("killer", func() {
		s.Spawn("victim", func() { s.say("never") }).Kill()
		s.say("killed")
	})
	s.wants(t, "0 killed")
}

func TestAProcessThatEndsByItselfWasNotKilled(t *testing.T) {
	s := newStory(1)
	s.Spawn("parent", func() { s.say(fmt.Sprint(s.Spawn("child", s.Yield).Wait())) })
	s.wants(t, "0 false")
}

func TestASandboxThatDiesLeavesItsCallerAlive(t *testing.T) {
	s := newStory(1)
	s.Spawn("service", func() {
		completed := s.Sandbox("function", func() {
			s.Sleep(time.Second)
			s.Current().Kill()
			s.say("never")
		})
		s.say(fmt.Sprint("completed ", completed))
		s.say(fmt.Sprint("completed ", s.Sandbox("function", func() { s.Sleep(time.Second) })))
	})
	s.wants(t, "1 completed false", "2 completed true")
}

func TestRecoveringDoesNotSaveAKilledProcess(t *testing.T) {
	s := newStory(1)
	s.Spawn("service", func() {
		completed := s.Sandbox("function", func() {
			func() {
				defer func() { s.say(fmt.Sprint("recovered ", recover() != nil)) }()
				s.Current().Kill()
			}()
			s.Sleep(time.Second)
			s.say("never")
		})
		s.say(fmt.Sprint("completed ", completed))
	})
	s.wants(t, "0 recovered true", "0 completed false")
}

func TestDeferredFunctionsOfAKilledProcessCannotWait(t *testing.T) {
	s := newStory(1)
	victim := s.Spawn("victim", func() {
		defer func() { s.Sleep(time.Second); s.say("never") }()
		s.Sleep(time.Hour)
	})
	s.After(time.Minute, victim.Kill)
	s.wants(t)
	if !victim.Killed() {
		t.Error("not killed")
	}
}

func TestAProcessThatIsKilledByTheOneItKills(t *testing.T) {
	s := newStory(1)
	first := s.Spawn("first", func() {})
	second := s.Spawn("second", func() {
		defer func() { first.Kill() }()
		s.Sleep(time.Hour)
	})
	first.Kill()
	first = s.Spawn("first", func() {
		s.Sleep(time.Second)
		second.Kill()
		s.say("never")
	})
	s.wants(t)
	if !first.Killed() || !second.Killed() {
		t.Errorf("killed: first %v, second %v", first.Killed(), second.Killed())
	}
}
