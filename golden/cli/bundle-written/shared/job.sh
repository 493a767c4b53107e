#!/bin/sh
echo "working"
