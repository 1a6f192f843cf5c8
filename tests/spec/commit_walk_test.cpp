// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
#define BOOST_TEST_MODULE w
#include <boost/test/included/unit_test.hpp>
#include "commit.hpp"
#include "commit_naive_classic.hpp"
#include "commit_walk.hpp"
#include <chrono>
namespace plumb::test { namespace commit=spec::commit;
BOOST_AUTO_TEST_CASE(x){
  for(const auto& row: commit::kClassicTable){
    commit::Bounds b; b.transactions=row.group>1?4:3;
    auto now=[]{ return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); };
    double t0=now();
    Searched<commit::Classic> s(row,b);
    double t1=now();
    naive::Classic n(row,b);
    Walker<commit::Classic,naive::Classic> w(s,n);
    size_t least=1e9;
    for(unsigned i=0;i<10;i++) least=std::min(least,w.walk(20,i,500));
    double t2=now(); size_t pc=w.percent(); size_t cmp=w.compared();
    if(s.graph().size()<10000) w.everywhere();
    double t3=now();
    printf("%-60s search %.2f walks %.2f all %.2f  least %zu compared %zu = %zu%% of %u, %zu%%\n",std::string(row.name.view()).c_str(),t1-t0,t2-t1,t3-t2,least,cmp,pc,s.graph().size(),w.percent());
    BOOST_TEST(w.difference()=="");
  }
}}
