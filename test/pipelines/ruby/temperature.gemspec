Gem::Specification.new do |spec|
  spec.name = "temperature"
  spec.version = "1.0.0"
  spec.summary = "Degrees"
  spec.authors = ["Nobody"]
  spec.license = "MIT"
  spec.homepage = "https://example.org"
  spec.files = ["lib/temperature.rb", "bin/temperature"]
  spec.executables = ["temperature"]
end
