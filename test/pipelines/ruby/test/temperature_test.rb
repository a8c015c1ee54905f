require "temperature"

raise "freezing" unless Temperature.fahrenheit(0) == 32
raise "boiling" unless Temperature.fahrenheit(100) == 212
puts "2 tests passed"
