package sched_test

import (
	"testing"
	"time"
)

func BenchmarkHandOff(b *testing.B) {
	s := newStory(1)
	for range 4 {
		s.Spawn("busy", func() {
			for range b.N / 4 {
				s.Sleep(time.Nanosecond)
			}
		})
	}
	b.ResetTimer()
	if err := s.Run(); err != nil {
		b.Fatal(err)
	}
}

func BenchmarkSpawn(b *testing.B) {
	s := newStory(1)
	s.Spawn("parent", func() {
		for range b.N {
			s.Spawn("child", func() { s.Sleep(time.Nanosecond) }).Wait()
		}
	})
	if err := s.Run(); err != nil {
		b.Fatal(err)
	}
}
