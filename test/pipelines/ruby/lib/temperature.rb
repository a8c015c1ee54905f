module Temperature
  def self.fahrenheit(celsius)
    celsius * 9.0 / 5 + 32
  end
end
