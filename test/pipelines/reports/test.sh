#!/bin/sh
echo '<testsuites><testsuite name="t" tests="1" failures="1"><testcase name="a"><failure/></testcase></testsuite></testsuites>' > report.xml
echo '<coverage line-rate="0.87"/>' > coverage.xml
echo 'one test failed' | tee report.txt
echo 'TOTAL 31 lines 87.5%'
exit 1
